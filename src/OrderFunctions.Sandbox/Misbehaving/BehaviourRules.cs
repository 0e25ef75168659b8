using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Sandbox.Misbehaving;

/// <summary>What a behaviour can't be.</summary>
internal static class BehaviourRules
{
    private const int LargestBody = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);
    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );
    private static readonly string[] Framing = ["Content-Length", "Transfer-Encoding", "Connection"];

    public static IReadOnlyList<string> Check(Behaviour behaviour)
    {
        var problems = new List<string>();
        Require(behaviour.Status is null or (>= 200 and <= 599), "status must be 200 to 599.");
        Require(behaviour.RetryAfterSeconds is null or >= 0, "retryAfterSeconds must be 0 or more.");
        Require(
            behaviour.Delay >= TimeSpan.Zero && behaviour.Delay <= LongestDelay,
            "delay must be from nothing to a day."
        );
        Require(behaviour.RequestsPerMinute is null or >= 0, "requestsPerMinute must be 0 or more.");
        Require(behaviour.BodyBytes is null or (>= 0 and <= LargestBody), $"bodyBytes must be 0 to {LargestBody}.");
        Require(behaviour.Times is null or >= 1, "times must be 1 or more.");
        Require(behaviour.Body is null || behaviour.BodyBytes is null, "body and bodyBytes contradict each other.");
        Require(!(behaviour.Hang && behaviour.Drop), "hang and drop contradict each other.");
        Require(
            behaviour.Status is not (204 or 205 or 304) || (behaviour.Body is null && behaviour.BodyBytes is null),
            $"An answer with status {behaviour.Status} has no body."
        );
        foreach (var (name, value) in behaviour.Headers ?? new Dictionary<string, string>())
        {
            Require(IsName(name), $"headers: '{name}' is no header that can be set.");
            Require(IsValue(value), $"headers: the value of '{name}' must be printable ASCII.");
        }

        Require(EncodingOf(behaviour) is not null, "headers: Content-Type names a charset that nobody knows here.");
        return problems;

        void Require(bool good, string problem)
        {
            if (!good)
            {
                problems.Add(problem);
            }
        }
    }

    /// <summary>How the body is written: as its Content-Type says, else in UTF-8. Null: in a charset unknown here.</summary>
    public static Encoding? EncodingOf(Behaviour behaviour)
    {
        var type = behaviour
            .Headers?.FirstOrDefault(header =>
                HeaderNames.ContentType.Equals(header.Key, StringComparison.OrdinalIgnoreCase)
            )
            .Value;
        return MediaTypeHeaderValue.TryParse(type, out var known) && known.Charset.HasValue
            ? known.Encoding
            : Encoding.UTF8;
    }

    private static bool IsName(string name) =>
        name.Length > 0
        && !name.AsSpan().ContainsAnyExcept(Token)
        && !Framing.Contains(name, StringComparer.OrdinalIgnoreCase);

    // Null in spite of its type: JSON can say so.
    private static bool IsValue(string? value) =>
        value is not null && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
