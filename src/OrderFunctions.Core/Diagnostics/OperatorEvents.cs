using System.Collections;
using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using OrderFunctions.Strings;

namespace OrderFunctions.Diagnostics;

/// <summary>
/// Tells the people on call: each event is a log line at once and, where OperatorEvents__Url is set, a webhook soon.
/// </summary>
public sealed class OperatorEvents(ILogger<OperatorEvents> logger, OperatorEventQueue queue)
{
    // So that no line is over 300 characters, whatever note a person has left.
    private const int MostCharacters = 250;

    // The event ids are as stable as the names.
    private static readonly FrozenDictionary<string, (EventId Id, LogLevel Level)> Lines = new[]
    {
        (3, OperatorEventTypes.CredentialRejected, LogLevel.Error),
        (4, OperatorEventTypes.CircuitOpened, LogLevel.Warning),
        (5, OperatorEventTypes.DeliveryParked, LogLevel.Error),
        (14, OperatorEventTypes.CircuitClosed, LogLevel.Information),
        (15, OperatorEventTypes.ProviderPaused, LogLevel.Warning),
        (16, OperatorEventTypes.ProviderResumed, LogLevel.Information),
        (110, OperatorEventTypes.BusUnavailable, LogLevel.Warning),
        (111, OperatorEventTypes.LedgerUnavailable, LogLevel.Warning),
        (112, OperatorEventTypes.BusRecovered, LogLevel.Information),
        (113, OperatorEventTypes.LedgerRecovered, LogLevel.Information),
    }.ToFrozenDictionary(line => line.Item2, line => (new EventId(line.Item1, line.Item2), line.Item3));

    /// <summary>Every type that can be raised.</summary>
    public static IReadOnlyCollection<string> Types => Lines.Keys;

    /// <summary>Tells that something has happened.</summary>
    /// <param name="error">What caused it, for the log alone.</param>
    /// <exception cref="ArgumentException">There is no such type.</exception>
    public void Raise(OperatorEvent raised, Exception? error = null)
    {
        Remind(raised, error);
        queue.Add(raised);
    }

    /// <summary>Says again in the log what still holds: alerts that count lines stay on, and nobody is called again.</summary>
    /// <inheritdoc cref="Raise"/>
    public void Remind(OperatorEvent raised, Exception? error = null)
    {
        if (!Lines.TryGetValue(raised.Type, out var line))
        {
            throw new ArgumentException($"There is no operator event '{raised.Type}'.", nameof(raised));
        }

        var state = new Line(raised with { Text = raised.Text.Shorten(MostCharacters) });
        logger.Log(line.Level, line.Id, state, error, static (state, _) => state.ToString());
    }

    // The name stands in the template itself: alerts look for it, and some exporters send the template alone.
    private sealed class Line(OperatorEvent raised) : IReadOnlyList<KeyValuePair<string, object?>>
    {
        private readonly KeyValuePair<string, object?>[] _values =
        [
            new("Provider", raised.Provider),
            new("OrderId", raised.OrderId),
            new("Text", raised.Text),
            new("{OriginalFormat}", $"{raised.Type} {{Text}}"),
        ];

        public int Count => _values.Length;

        public KeyValuePair<string, object?> this[int index] => _values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"{raised.Type} {raised.Text}";
    }
}
