namespace OrderFunctions.Import;

/// <summary>Shows how far an import has got: one line that changes on a terminal, now and then a new one elsewhere.</summary>
internal sealed class Progress(TextWriter output, bool isTerminal, TimeProvider timeProvider)
{
    private const int BarWidth = 30;
    private const string ToLineStart = "\r";
    private const string ClearRest = "\u001b[K";
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long? _shown = isTerminal ? null : timeProvider.GetTimestamp();
    private bool _isLineOpen;

    /// <param name="part">Of the whole, 0 to 1.</param>
    public void Show(double part, string text)
    {
        lock (_lock)
        {
            if (_shown is { } shown && timeProvider.GetElapsedTime(shown) < (isTerminal ? OnTerminal : Elsewhere))
            {
                return;
            }

            _shown = timeProvider.GetTimestamp();
            var percent = $"{(int)(part * 100), 3} %  {text}";
            if (!isTerminal)
            {
                output.WriteLine(percent);
                return;
            }

            var done = Math.Clamp((int)(part * BarWidth), 0, BarWidth);
            output.Write(
                $"{ToLineStart}[{new string('#', done)}{new string('-', BarWidth - done)}] {percent}{ClearRest}"
            );
            output.Flush();
            _isLineOpen = true;
        }
    }

    /// <summary>A line that stays.</summary>
    public void Note(string text)
    {
        lock (_lock)
        {
            Erase();
            output.WriteLine(text);
        }
    }

    /// <summary>Makes room for what comes after the progress.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            Erase();
            _shown = isTerminal ? null : timeProvider.GetTimestamp();
        }
    }

    private void Erase()
    {
        if (_isLineOpen)
        {
            output.Write(ToLineStart + ClearRest);
            _isLineOpen = false;
        }
    }
}
