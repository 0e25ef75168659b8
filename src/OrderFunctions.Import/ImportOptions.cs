namespace OrderFunctions.Import;

/// <summary>What an import is asked to do.</summary>
/// <param name="File">Order events, one JSON object a line.</param>
/// <param name="To">Where OrderFunctions is, with a slash at its end.</param>
internal sealed record ImportOptions(string File, Uri To)
{
    /// <summary>Stays below Duel's 1,500 a minute, so that orders of the day still get through beside a backfill.</summary>
    public const int UsualRate = 1200;

    public static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The key of the routes under /api; null: they are open.</summary>
    public string? Key { get; init; }

    /// <summary>Events a minute; 0: as fast as they are taken.</summary>
    public int Rate { get; init; } = UsualRate;

    /// <summary>Whether to ask, after the last post, how every order stands.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>How long to wait, after the last post, for the deliveries that are still on their way.</summary>
    public TimeSpan Wait { get; init; } = UsualWait;

    /// <summary>
    /// The orders of so much of the file are in memory at once for that; a longer file is read several times.
    /// </summary>
    public long MostBytesChecked { get; init; } = 128 * 1024 * 1024;

    /// <summary>How long to go on trying where nothing gets through.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The platforms that are told anew, in lower case; none: everybody is told what is news.</summary>
    public IReadOnlyList<string> Again { get; init; } = [];

    /// <summary>With <see cref="Again"/>: AvantLink, too, which takes an order once.</summary>
    public bool IsForced { get; init; }

    /// <summary>With <see cref="Again"/>: who asks.</summary>
    public string By { get; init; } = "";

    /// <summary>What is asked for beside sending the events, as the route's query has it; empty: nothing.</summary>
    public string Query =>
        Again.Count == 0
            ? ""
            : $"?again={Uri.EscapeDataString(string.Join(',', Again))}&force={(IsForced ? "true" : "false")}&by={Uri.EscapeDataString(By)}";

    /// <summary>Where an interrupted import left off.</summary>
    public string CheckpointFile => File + ".import";

    /// <summary>What was refused.</summary>
    public string RefusedFile => File + ".refused";
}
