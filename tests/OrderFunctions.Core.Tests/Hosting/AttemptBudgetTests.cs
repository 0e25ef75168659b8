using OrderFunctions.Hosting;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Providers.Katalys;

namespace OrderFunctions.Core.Tests.Hosting;

public sealed class AttemptBudgetTests
{
    [Fact]
    public void The_table_says_of_each_provider_how_often_when_and_how_long_it_is_tried()
    {
        var table = AttemptBudget.Table([
            new DuelProvider(new DuelOptions { Enabled = true }),
            new KatalysProvider(new KatalysOptions()),
        ]);

        Assert.Equal(
            """
            provider  told at               attempts          scheduled retries after                            over    time-out  limit
            duel      https://api.duel.me/  6                 5 min, 5 min, 5 min, 5 min, 5 min                  25 min  30 s      1500/min
            katalys   (disabled)            27 (9 x 3 quick)  30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h, 10 h  27.7 h  30 s      none

            """,
            table.ReplaceLineEndings("\n")
        );
    }

    [Fact]
    public void A_provider_without_scheduled_retries_has_its_quick_ones_only()
    {
        var table = AttemptBudget.Table([
            new KatalysProvider(
                new KatalysOptions
                {
                    RetryDelays = [],
                    RequestsPerMinute = 60,
                    TimeoutSeconds = 5,
                }
            ),
        ]);

        Assert.Contains("3 (1 x 3 quick)", table, StringComparison.Ordinal);
        Assert.EndsWith("0 s   5 s       60/min", table.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:01.5", "1.5 s")]
    [InlineData("00:01:30", "1.5 min")]
    [InlineData("01:30:00", "1.5 h")]
    [InlineData("1.00:00:00", "24 h")]
    public void A_wait_is_told_in_its_largest_unit(string delay, string words)
    {
        var wait = TimeSpan.Parse(delay, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Contains(
            $" {words} ",
            AttemptBudget.Table([new KatalysProvider(new KatalysOptions { RetryDelays = [wait] })]),
            StringComparison.Ordinal
        );
    }
}
