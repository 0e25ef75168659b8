using OrderFunctions.TestKit;

namespace OrderFunctions.Import.Tests;

public sealed class ProgressTests
{
    [Fact]
    public void On_a_terminal_one_line_changes_and_gives_way_to_what_stays()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new Progress(output, isTerminal: true, new ManualTime());

        progress.Show(0.5, "5 lines read");
        progress.Note("Trying again.");

        Assert.Equal(
            "\r[###############---------------]  50 %  5 lines read\u001b[K\r\u001b[KTrying again.\n",
            output.ToString()
        );
    }

    [Fact]
    public void Elsewhere_a_plain_line_comes_every_ten_seconds()
    {
        var time = new ManualTime();
        using var output = new StringWriter { NewLine = "\n" };
        var progress = new Progress(output, isTerminal: false, time);

        for (var second = 0; second < 25; second++)
        {
            progress.Show(second / 100.0, $"{second} lines read");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(" 10 %  10 lines read\n 20 %  20 lines read\n", output.ToString());
    }
}
