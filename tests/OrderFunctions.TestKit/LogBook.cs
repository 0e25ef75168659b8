using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrderFunctions.TestKit;

/// <summary>Keeps every log line, with its values and exceptions, so that a test can look for what must not be there.</summary>
public sealed class LogBook : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();
    private TaskCompletionSource _written = NewSignal();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() { }

    /// <summary>Waits until so many lines have the words in them: for work that nobody else waits for.</summary>
    public async Task WaitForAsync(string words, int times = 1)
    {
        while (true)
        {
            var written = Volatile.Read(ref _written).Task;
            if (_lines.Count(line => line.Contains(words, StringComparison.Ordinal)) >= times)
            {
                return;
            }

            await written;
        }
    }

    public override string ToString() => string.Join(Environment.NewLine, _lines);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Add(string line)
    {
        _lines.Enqueue(line);
        Interlocked.Exchange(ref _written, NewSignal()).SetResult();
    }

    private sealed class Logger(LogBook book, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => book.Add($"{logLevel} {category}: {formatter(state, exception)} {exception}".TrimEnd());
    }
}
