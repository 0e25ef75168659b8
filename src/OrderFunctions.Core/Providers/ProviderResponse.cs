using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderFunctions.Providers;

/// <summary>What a provider answered.</summary>
/// <param name="Body">As text, cut off at <see cref="MostBytes"/>.</param>
/// <param name="RetryAfter">The answer's Retry-After, as a wait from now.</param>
public sealed partial record ProviderResponse(int StatusCode, string Body, TimeSpan? RetryAfter = null)
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

    /// <summary>
    /// The body as JSON, whose texts can all be read; null where it is none, or is nested more deeply than any
    /// provider's document shows. Half a character, as a provider may leave of one when it shortens a text, is well-formed
    /// JSON (\ud83d), but .NET throws on reading it: it becomes U+FFFD.
    /// </summary>
    public JsonElement? Json
    {
        get
        {
            try
            {
                var whole = Surrogates()
                    .Replace(Body, escape => escape.Groups["half"].Success ? "\\ufffd" : escape.Value);
                using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(whole));
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>What every answer means that the provider's document says nothing else about.</summary>
    public Classification UsualClassification() =>
        StatusCode switch
        {
            401 or 403 => new Classification.CredentialRefused(),
            _ when IsTransient => new Classification.Retry(Sentence, IsUncertain),
            _ => new Classification.Rejected(Sentence),
        };

    /// <summary>For a person: the status and the provider's words.</summary>
    public string Sentence => Body.Length == 0 ? $"answered {StatusCode}" : $"answered {StatusCode}: {Body}";

    // Whole pairs and all other escapes are matched too, so that a half is never looked for within one.
    [GeneratedRegex(
        @"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Surrogates();
}
