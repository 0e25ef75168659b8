using System.Globalization;
using System.Text.RegularExpressions;
using OrderFunctions.Endpoints;
using OrderFunctions.Json;
using OrderFunctions.Orders;
using OrderFunctions.Redaction;

namespace OrderFunctions.Import;

/// <summary>Posts a batch until each of its lines is accepted or refused: a bad line doesn't hold back the good ones.</summary>
/// <param name="query">What is asked for beside; empty: nothing.</param>
internal sealed partial class BatchPoster(ServerClient client, string query)
{
    private const string Path = "api/orders/batch";

    // Errors name fields, not their values; but a field that nobody knows may have anything for a name.
    private readonly Redactor _redactor = new();

    /// <summary>The most bytes to put in a batch; fewer once the server, or a proxy before it, has refused as many.</summary>
    public int MostBytes { get; private set; } = OrderEndpoints.MostBatchBytes;

    public async Task<BatchOutcome> PostAsync(Batch whole, CancellationToken cancellationToken)
    {
        var accepted = 0;
        var refused = new List<RefusedLine>();
        var providers = new SortedSet<string>(StringComparer.Ordinal);
        var pending = new Stack<Batch>();
        Push([whole]);
        while (pending.TryPop(out var batch))
        {
            var json = batch.ToJson();
            var reply = await client.PostAsync(Path + query, json, cancellationToken);
            switch (reply.Status)
            {
                case 202:
                    providers.UnionWith(
                        client.Read(reply, ImportJson.Default.BatchAccepted).Events.SelectMany(item => item.Providers)
                    );
                    accepted += batch.Lines.Count;
                    break;
                case 400
                    when ServerClient.ProblemOf(reply)?.Errors?.FirstOrDefault(error => IsOfQuery(error.Key))
                        is { Key: { } name, Value: var words }:
                    throw new ImportFailedException(_redactor.Redact($"--{name} {string.Join("; ", words)}."));
                case 400 when ServerClient.ProblemOf(reply)?.Errors is { Count: > 0 } errors:
                    var (bad, remaining) = Split(batch, errors);
                    refused.AddRange(bad);
                    Push(remaining);
                    break;
                case 413 when batch.Lines is [var line]:
                    refused.Add(
                        RefusedLine.Because(
                            line.Number,
                            $"has {line.Json.Length} bytes, which the server does not take"
                        )
                    );
                    break;
                case 413:
                    MostBytes = Math.Min(MostBytes, json.Length / 2);
                    Push(batch.Halves());
                    break;
                default:
                    throw client.Unexpected($"POST /{Path}", reply);
            }
        }

        return new BatchOutcome(accepted, refused, providers);

        void Push(IReadOnlyList<Batch> batches)
        {
            foreach (var batch in batches.Where(batch => batch.Lines.Count > 0).Reverse())
            {
                pending.Push(batch);
            }
        }
    }

    private bool IsOfQuery(string path) => query.Length > 0 && path is "again" or "force" or "by" or "askedAt";

    // What the errors name is refused and the rest goes on. Where they name no line, smaller batches will show which.
    private (IReadOnlyList<RefusedLine> Refused, IReadOnlyList<Batch> Remaining) Split(
        Batch batch,
        IReadOnlyDictionary<string, string[]> errors
    )
    {
        var byIndex = new SortedDictionary<int, Dictionary<string, string[]>>();
        foreach (var (path, messages) in errors)
        {
            var (index, within) = Place(path, batch.Lines.Count);
            if (index is null)
            {
                continue;
            }

            if (!byIndex.TryGetValue(index.Value, out var found))
            {
                byIndex.Add(index.Value, found = []);
            }

            found[_redactor.Redact(within)] = [.. messages.Select(_redactor.Redact)];
        }

        if (byIndex.Count == 0)
        {
            return ([], batch.Halves());
        }

        // The server stops at so many errors: what it says of the last line may not be all, so that goes on with the rest.
        if (byIndex.Count > 1 && errors.Values.Sum(messages => messages.Length) >= ValidationErrors.MostTold)
        {
            byIndex.Remove(byIndex.Keys.Last());
        }

        return (
            [.. byIndex.Select(entry => new RefusedLine(batch.Lines[entry.Key].Number, entry.Value))],
            [new Batch([.. batch.Lines.Where((_, index) => !byIndex.ContainsKey(index))])]
        );
    }

    private static (int? Index, string Within) Place(string path, int lines)
    {
        if (
            Item().Match(path) is { Success: true } item
            && int.TryParse(item.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < lines
        )
        {
            return (index, "$" + item.Groups[2].Value);
        }

        // Of a batch of one, all errors are that line's.
        return lines == 1 ? (0, path) : (null, path);
    }

    [GeneratedRegex(@"^\$\[([0-9]+)\](.*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Item();
}

/// <summary>Spreads events evenly over time.</summary>
/// <param name="rate">Events a minute; 0: no limit.</param>
internal sealed class Pace(int rate, TimeProvider timeProvider)
{
    private static readonly TimeSpan BetweenBatches = TimeSpan.FromSeconds(5);

    private DateTimeOffset _next;

    /// <summary>The most events to send at once: at a low rate fewer than a batch takes, so that they don't come in bursts.</summary>
    public int MostAtOnce(int most) =>
        rate == 0 ? most : Math.Clamp((int)(rate * BetweenBatches.TotalMinutes), 1, most);

    /// <summary>Waits until <paramref name="events"/> more may be sent.</summary>
    public async Task WaitAsync(int events, CancellationToken cancellationToken)
    {
        if (rate == 0)
        {
            return;
        }

        var now = timeProvider.GetUtcNow();
        if (_next > now)
        {
            await Task.Delay(_next - now, timeProvider, cancellationToken);
            now = _next;
        }

        _next = now + TimeSpan.FromMinutes((double)events / rate);
    }
}
