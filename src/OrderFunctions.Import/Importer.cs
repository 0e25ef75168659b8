using OrderFunctions.Intake;

namespace OrderFunctions.Import;

/// <summary>
/// Sends a file's order events, batch after batch: reads lines (<see cref="LineReader"/>), checks each
/// (<see cref="Line.Problem"/>), gathers a batch (<see cref="BatchAssembly"/>), posts it (<see cref="BatchPoster"/>), and
/// writes down what came of it (<see cref="RefusedLines"/>, <see cref="Checkpoint"/>). Whenever the import ends, the next
/// one goes on there and at worst repeats a batch, which the bus drops by event id. Last it waits for the deliveries
/// (<see cref="DeliveryCheck"/>) and reports (<see cref="ImportReport"/>).
/// </summary>
internal sealed class Importer(
    ImportOptions options,
    TextWriter output,
    TextWriter error,
    Progress progress,
    TimeProvider timeProvider
)
{
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(5);

    // A server's Date is in whole seconds, and Kestrel's is up to another second late.
    private static readonly TimeSpan ClockGrain = TimeSpan.FromSeconds(2);

    private readonly CheckpointFile _checkpoints = new(options.CheckpointFile);
    private readonly long _start = timeProvider.GetTimestamp();
    private Checkpoint? _saved;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await SendAndCheckAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            await error.WriteLineAsync(problem.Message);
            return ExitCodes.WrongUsage;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await EndEarlyAsync("Stopped.");
        }
        catch (ImportFailedException problem)
        {
            await EndEarlyAsync(problem.Message);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            await EndEarlyAsync(problem.Message);
        }

        return ExitCodes.NotAll;
    }

    private async Task<int> SendAndCheckAsync(CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(options.File);
        using var hash = new PrefixHash(options.File);
        using var client = new ServerClient(options, timeProvider, progress);
        var found = await FindCheckpointAsync(hash, cancellationToken);
        await using var refused = new RefusedLines(options.RefusedFile, found?.RefusedBytes ?? 0);
        _saved = found;
        var checkpoint = found ?? await BeginAsync(client, cancellationToken);
        checkpoint = await SendAsync(file, checkpoint, client, hash, refused, cancellationToken);
        progress.Clear();
        await output.WriteLineAsync(ImportReport.Counts(checkpoint, options));
        var isAllTold = checkpoint.Refused == 0;
        if (options.Verify && checkpoint.Accepted > 0)
        {
            var tally = await new DeliveryCheck(client, options, progress, timeProvider).RunAsync(
                checkpoint,
                refused,
                cancellationToken
            );
            progress.Clear();
            await output.WriteLineAsync(ImportReport.Deliveries(tally, checkpoint.Since));
            isAllTold &= tally.In(ProviderTally.Parked) == 0;
        }

        _checkpoints.Delete();
        await output.WriteLineAsync($"Time taken: {Text.Of(timeProvider.GetElapsedTime(_start))}.");
        return isAllTold ? ExitCodes.Done : ExitCodes.NotAll;
    }

    private async Task<Checkpoint?> FindCheckpointAsync(PrefixHash hash, CancellationToken cancellationToken)
    {
        if (await _checkpoints.LoadAsync(cancellationToken) is not { } found)
        {
            return null;
        }

        if (found.To != options.To.AbsoluteUri)
        {
            progress.Note($"The import that was interrupted went to {found.To}; this one begins at the first line.");
            return null;
        }

        if ((found.Query ?? "") != options.Query)
        {
            progress.Note(
                "The import that was interrupted asked otherwise who is told anew; this one begins at the first line."
            );
            return null;
        }

        if (await hash.UpToAsync(found.Offset, cancellationToken) != found.Sha256)
        {
            progress.Note("The file has changed since the import was interrupted; it begins at the first line again.");
            return null;
        }

        progress.Note(Text.Of($"Going on after line {found.Line:N0}, where the import was interrupted."));
        return found;
    }

    private async Task<Checkpoint> BeginAsync(ServerClient client, CancellationToken cancellationToken)
    {
        const string path = "health/live";
        var reply = await client.GetAsync(path, FirstPatience, cancellationToken);
        if (reply.Status != 200)
        {
            throw client.Unexpected($"GET /{path}", reply);
        }

        var since = reply.Date ?? timeProvider.GetUtcNow();
        if (options.Verify)
        {
            // So that no call of an earlier import's is taken for one of this one's, and none of this one's is missed.
            since += ClockGrain;
            await Task.Delay(ClockGrain, timeProvider, cancellationToken);
        }

        return new Checkpoint(options.To.AbsoluteUri, since, 0, "", 0, 0, 0, 0, 0, [], options.Query);
    }

    private async Task<Checkpoint> SendAsync(
        FileStream file,
        Checkpoint checkpoint,
        ServerClient client,
        PrefixHash hash,
        RefusedLines refused,
        CancellationToken cancellationToken
    )
    {
        var pace = new Pace(options.Rate, timeProvider);
        // Named by when it began: gone on with, it is the same ask.
        var asked = options.Query.Length == 0 ? "" : $"{options.Query}&askedAt={checkpoint.Since.UtcDateTime:O}";
        var poster = new BatchPoster(client, asked);
        var most = pace.MostAtOnce(OrderIntake.MostEvents);
        var assembly = new BatchAssembly(checkpoint);
        file.Position = checkpoint.Offset;
        await foreach (var line in LineReader.ReadAsync(file, checkpoint.Line, cancellationToken))
        {
            if (line is { Number: 1, Text.Span: [(byte)'[', ..] })
            {
                throw new ImportFailedException(
                    $"{options.File} is one JSON array; an import takes one event a line: jq -c '.[]' makes it so."
                );
            }

            if (assembly.IsFull(line, most, poster.MostBytes))
            {
                await FlushAsync();
            }

            assembly.Add(line);
        }

        await FlushAsync();
        return checkpoint;

        async Task FlushAsync()
        {
            var batch = assembly.Batch;
            await pace.WaitAsync(batch.Lines.Count, cancellationToken);
            var outcome = await poster.PostAsync(batch, cancellationToken);
            await refused.AppendAsync([.. assembly.Refused, .. outcome.Refused], cancellationToken);
            checkpoint = assembly.After(outcome) with
            {
                Sha256 = await hash.UpToAsync(assembly.Offset, cancellationToken),
                RefusedBytes = refused.Bytes,
            };
            await _checkpoints.SaveAsync(checkpoint, cancellationToken);
            _saved = checkpoint;
            assembly = new BatchAssembly(checkpoint);
            progress.Show(
                file.Length == 0 ? 1 : (double)checkpoint.Offset / file.Length,
                Text.Of($"{checkpoint.Read:N0} lines read, {checkpoint.Refused:N0} refused")
            );
        }
    }

    private async Task EndEarlyAsync(string reason)
    {
        progress.Clear();
        await error.WriteLineAsync(reason);
        if (_saved is { } checkpoint)
        {
            await error.WriteLineAsync(
                Text.Of(
                    $"Up to line {checkpoint.Line:N0}, {checkpoint.Accepted:N0} were accepted and {checkpoint.Refused:N0} refused. The same command goes on there."
                )
            );
        }
    }
}

/// <summary>The import can't go on; the message says why, and what to do.</summary>
internal sealed class ImportFailedException(string message, Exception? inner = null) : Exception(message, inner);
