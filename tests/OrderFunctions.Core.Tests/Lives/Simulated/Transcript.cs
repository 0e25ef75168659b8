using System.Globalization;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>What happened in a life, for a person: what one worker does in a row is one line, and waiting rounds are told once.</summary>
internal sealed class Transcript
{
    private readonly List<List<string>> _rounds =
    [
        [],
    ];
    private string? _speaker;

    public void Say(string who, string what)
    {
        var round = _rounds[^1];
        if (who == _speaker && round.Count > 0)
        {
            round[^1] += $", {what}";
        }
        else
        {
            round.Add($"{who}: {what}");
        }

        _speaker = who;
    }

    /// <summary>Time goes by: what follows is a new round.</summary>
    public void Wait(TimeSpan wait, DateTimeOffset now)
    {
        _rounds.Add([]);
        _speaker = null;
        Say("clock", $"{wait:c} later, {now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}");
    }

    public override string ToString()
    {
        var lines = new List<string>();
        var times = 1;
        for (var i = 0; i < _rounds.Count; i++)
        {
            if (i + 1 < _rounds.Count && _rounds[i].Skip(1).SequenceEqual(_rounds[i + 1].Skip(1)))
            {
                times++;
                continue;
            }

            lines.AddRange(_rounds[i]);
            if (times > 1)
            {
                lines.Add($"... which was the last of {times} rounds like it");
            }

            times = 1;
        }

        return string.Join('\n', lines);
    }
}
