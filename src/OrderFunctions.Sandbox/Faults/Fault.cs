namespace OrderFunctions.Sandbox.Faults;

/// <summary>
/// What a provider does wrong. Without <see cref="Status"/>, <see cref="Body"/>, <see cref="BodyBytes"/>,
/// <see cref="Hang"/> or <see cref="Drop"/> the request is handled as ever, only later, with more headers or
/// not above a rate.
/// </summary>
public sealed record Fault
{
    /// <summary>Answer with this status (200 to 599) instead of handling the request.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Answer with this text instead of handling the request; without <see cref="Status"/>: as a 200. In the charset
    /// that a Content-Type of <see cref="Headers"/> names, else in UTF-8.
    /// </summary>
    public string? Body { get; init; }

    /// <summary>Headers added to whatever response is sent, in place of its own of the same name.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The Retry-After header of whatever response is sent, in seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Wait so long before answering, by the server's TimeProvider. In JSON: "00:00:05".</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Never answer: wait until the caller gives up.</summary>
    public bool Hang { get; init; }

    /// <summary>Abort the connection instead of answering.</summary>
    public bool Drop { get; init; }

    /// <summary>Handle the request first, so that the provider has it, and fail then: an ambiguous failure.</summary>
    public bool ServeFirst { get; init; }

    /// <summary>
    /// At most so many requests in any sliding minute; the others get 429 with Retry-After and nothing else of
    /// this fault. Refused requests do not count towards the rate.
    /// </summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>Answer with JSON of exactly so many bytes; without <see cref="Status"/>: as a 200.</summary>
    public int? BodyBytes { get; init; }

    /// <summary>For so many requests, then normal again; null: until told otherwise.</summary>
    public int? Times { get; init; }
}
