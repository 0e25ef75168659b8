using System.CommandLine;

namespace OrderFunctions.Benchmarks.Soak;

/// <summary>`-- soak`: orders for an hour, with a fault every minute.</summary>
internal static class SoakCommand
{
    public const string Name = "soak";

    public static Task<int> RunAsync(string[] args)
    {
        var minutes = new Option<int>("--minutes") { DefaultValueFactory = _ => 60 };
        var rate = new Option<double>("--rate") { DefaultValueFactory = _ => 300, Description = "Orders a second." };
        var seed = new Option<int>("--seed")
        {
            DefaultValueFactory = _ => new Random().Next(),
            Description = "Which faults come when.",
        };
        var command = new RootCommand(
            "A steady load on whole processes with a fault every minute; then all that was accepted is compared with "
                + "what the platforms were told. Linux only: it sends signals and sets limits."
        )
        {
            minutes,
            rate,
            seed,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var (length, orders, chance) = (parsed.GetValue(minutes), parsed.GetValue(rate), parsed.GetValue(seed));
                Console.WriteLine($"soak --minutes {length} --rate {orders} --seed {chance}");
                var wrong = await SoakRun.RunAsync(length, orders, chance);
                foreach (var sentence in wrong)
                {
                    Console.WriteLine($"WRONG: {sentence}");
                }

                Console.WriteLine(wrong.Count == 0 ? "All as it should be." : $"{wrong.Count} things were wrong.");
                return wrong.Count == 0 ? 0 : 1;
            }
        );
        return command.Parse(args).InvokeAsync();
    }
}
