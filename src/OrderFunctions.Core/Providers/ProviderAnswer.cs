using System.Text.Json;

namespace OrderFunctions.Providers;

/// <summary>What a provider answered.</summary>
/// <param name="Body">As text, cut off at <see cref="MostBytes"/>.</param>
/// <param name="RetryAfter">The answer's Retry-After, as a wait from now.</param>
public sealed record ProviderAnswer(int StatusCode, string Body, TimeSpan? RetryAfter = null)
{
    /// <summary>No provider's documented answer comes near it.</summary>
    public const int MostBytes = 64 * 1024;

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>408, 425, 429 and 5xx: worth sending again, whatever the provider (design, Outcomes).</summary>
    public bool IsTransient => StatusCode is 408 or 425 or 429 or >= 500;

    /// <summary>
    /// Whether the provider may have taken the call all the same: it began to handle it and then failed. A 429
    /// is turned away at the door.
    /// </summary>
    public bool IsUncertain => StatusCode is 408 or >= 500;

    /// <summary>The body as JSON, or null where it is none.</summary>
    public JsonElement? Json
    {
        get
        {
            try
            {
                using var document = JsonDocument.Parse(Body);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>What every answer means that the provider's document says nothing else about.</summary>
    public Verdict UsualVerdict() =>
        StatusCode switch
        {
            401 or 403 => new Verdict.CredentialRefused(),
            _ when IsTransient => new Verdict.Retry(Sentence, IsUncertain),
            _ => new Verdict.Rejected(Sentence),
        };

    /// <summary>For a person: the status and the provider's words.</summary>
    public string Sentence => Body.Length == 0 ? $"answered {StatusCode}" : $"answered {StatusCode}: {Body}";
}
