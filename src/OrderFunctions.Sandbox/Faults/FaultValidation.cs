using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Sandbox.Faults;

/// <summary>What a fault can't be.</summary>
internal static class FaultValidation
{
    private const int LargestBody = 64 * 1024 * 1024;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);
    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );
    private static readonly string[] Framing = ["Content-Length", "Transfer-Encoding", "Connection"];

    /// <summary>All that is wrong, a sentence each.</summary>
    public static IReadOnlyList<string> Check(Fault fault)
    {
        var problems = new List<string>();
        Require(fault.Status is null or (>= 200 and <= 599), "status must be 200 to 599.");
        Require(fault.RetryAfterSeconds is null or >= 0, "retryAfterSeconds must be 0 or more.");
        Require(fault.Delay >= TimeSpan.Zero && fault.Delay <= LongestDelay, "delay must be from nothing to a day.");
        Require(fault.RequestsPerMinute is null or >= 0, "requestsPerMinute must be 0 or more.");
        Require(fault.BodyBytes is null or (>= 0 and <= LargestBody), $"bodyBytes must be 0 to {LargestBody}.");
        Require(fault.Times is null or >= 1, "times must be 1 or more.");
        Require(fault.Body is null || fault.BodyBytes is null, "body and bodyBytes contradict each other.");
        Require(!(fault.Hang && fault.Drop), "hang and drop contradict each other.");
        Require(
            fault.Status is not (204 or 205 or 304) || (fault.Body is null && fault.BodyBytes is null),
            $"An answer with status {fault.Status} has no body."
        );
        foreach (var (name, value) in fault.Headers ?? new Dictionary<string, string>())
        {
            Require(IsName(name), $"headers: '{name}' is no header that can be set.");
            Require(IsValue(value), $"headers: the value of '{name}' must be printable ASCII.");
        }

        Require(EncodingOf(fault) is not null, "headers: Content-Type names a charset that nobody knows here.");
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
    public static Encoding? EncodingOf(Fault fault)
    {
        var type = fault
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
