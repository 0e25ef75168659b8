using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrderFunctions.Providers;

/// <summary>A provider's response to a request.</summary>
/// <param name="Body">As text, cut off at the request's <see cref="ProviderRequest.MostResponseBytes"/>.</param>
/// <param name="RetryAt">The time that its Retry-After names.</param>
public sealed partial record ProviderResponse(int StatusCode, string Body, DateTimeOffset? RetryAt = null)
{
    /// <summary>No provider's documented answer comes near it.</summary>
    public const int MostBytes = 64 * 1024;

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>408, 425, 429 and 5xx: worth sending again, whatever the provider (design, Outcomes).</summary>
    public bool IsTransient => StatusCode is 408 or 425 or 429 or >= 500;

    /// <summary>
    /// Whether the provider may have taken the request all the same: it began to handle it and then failed. What
    /// gets a 429 is not handled at all.
    /// </summary>
    public bool MayHaveArrived => StatusCode is 408 or >= 500;

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

    /// <summary>What every response means that the provider's document says nothing else about.</summary>
    public Outcome UsualOutcome() =>
        StatusCode switch
        {
            401 or 403 => new Outcome.CredentialRefused(),
            _ when IsTransient => Retry(Sentence, MayHaveArrived),
            _ => new Outcome.Rejected(Sentence),
        };

    /// <summary>The outcome of a response that is worth another attempt.</summary>
    public Outcome.Retry Retry(string reason, bool mayHaveArrived) => new(reason, When, mayHaveArrived);

    // After a success that says nothing usable: what was saved just now may not be found at once.
    private RetryTiming When =>
        (StatusCode, RetryAt) switch
        {
            (429 or 503, { } time) => new RetryTiming.NotBefore(time),
            (429 or (>= 200 and < 300), _) => new RetryTiming.NextSlot(),
            _ => new RetryTiming.Soon(),
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
