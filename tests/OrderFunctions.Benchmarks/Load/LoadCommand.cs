using System.CommandLine;
using System.Globalization;

namespace OrderFunctions.Benchmarks.Load;

/// <summary>`-- load`, `-- twin`, `-- stub`: loads on whole processes, and what the same costs without the promises.</summary>
internal static class LoadCommand
{
    public const string Stub = "stub";
    private const string IntakeTwin = "intake-twin";
    private static readonly string[] Names = ["load", "twin", Stub, IntakeTwin, "table", "backlog", "start"];

    public static bool IsCommand(string[] args) => args is [var name, ..] && Names.Contains(name);

    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Loads on whole processes")
        {
            Load(),
            Twin(),
            StubOf(),
            IntakeTwinOf(),
            Table(),
            Backlog(),
            Start(),
        };
        return root.Parse(args).InvokeAsync();
    }

    private static Command Load()
    {
        var url = new Option<Uri?>("--url") { Description = "A host that runs; else the local host is started." };
        var host = new Option<string?>("--host")
        {
            Description = "The local host's assembly, published elsewhere; else the one beside this is started.",
        };
        var key = new Option<string?>("--key") { Description = "Its key." };
        var stub = new Option<Uri?>("--stub") { Description = "With --url: where the stub is that the host tells." };
        var rate = new Option<double?>("--rate")
        {
            Description = "Orders a second; else as fast as the connections go.",
        };
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 64 };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 1 };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 30 };
        var orders = new Option<int>("--orders") { DefaultValueFactory = _ => 4_000_000, Description = "At most." };
        var warmUp = new Option<int>("--warm-up")
        {
            DefaultValueFactory = _ => 5_000,
            Description = "Orders sent before.",
        };
        var mix = new Option<bool>("--mix") { Description = "Orders of 1, 5 and 30 lines; else of one." };
        var profile = new Option<bool>("--profile")
        {
            Description = "Samples the host that is started, and says what took the time.",
        };
        var command = new Command(
            "load",
            "Sends orders, and compares what the platforms were told with what was accepted."
        )
        {
            url,
            host,
            key,
            stub,
            rate,
            connections,
            batch,
            seconds,
            orders,
            warmUp,
            mix,
            profile,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var offer = new Offer(
                    parsed.GetValue(connections),
                    parsed.GetValue(batch),
                    parsed.GetValue(rate),
                    TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                    parsed.GetValue(orders),
                    parsed.GetValue(mix)
                );
                using var run = parsed.GetValue(url) is { } address
                    ? LoadRun.At(address, parsed.GetValue(key), parsed.GetValue(stub)!, offer.Connections)
                    : await LoadRun.StartAsync(offer.Connections, parsed.GetValue(host));
                if (parsed.GetValue(warmUp) is > 0 and var first)
                {
                    await run.RunAsync(WarmUp(offer, first));
                }

                var profiled = parsed.GetValue(profile) ? run.ProfileAsync(offer.Duration) : Task.FromResult("");
                var result = await run.RunAsync(offer);
                Console.WriteLine(result);
                Console.WriteLine(await profiled);
                return result.Wrong.Count == 0 ? 0 : 1;
            }
        );
        return command;
    }

    private static Command Twin()
    {
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 64 };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 10 };
        var command = new Command("twin", "The three calls of each order, and nothing else; then the intake's twin.")
        {
            connections,
            seconds,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var duration = TimeSpan.FromSeconds(parsed.GetValue(seconds));
                var calls = await CallsTwinAsync(parsed.GetValue(connections), duration);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"calls: {calls:N0} orders/s"));
                var intake = await IntakeTwinAsync(parsed.GetValue(connections), duration);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"intake: {intake:N0} orders/s"));
                return 0;
            }
        );
        return command;
    }

    private static Command StubOf()
    {
        var url = new Option<string>("--url") { DefaultValueFactory = _ => "http://127.0.0.1:0" };
        var command = new Command(Stub, "What stands in for the three platforms.") { url };
        command.SetAction(
            async (parsed, _) =>
            {
                await ProviderStub.RunAsync(parsed.GetValue(url)!);
                return 0;
            }
        );
        return command;
    }

    private static Command IntakeTwinOf()
    {
        var command = new Command(IntakeTwin, "A minimal API: parse, append, grouped flush, 202.");
        command.SetAction(
            async (_, _) =>
            {
                await Twins.ServeIntakeAsync();
                return 0;
            }
        );
        return command;
    }

    private static Command Table()
    {
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 20 };
        var file = new Option<string?>("--into")
        {
            Description = "A file whose part between the marks is replaced; the chart is written beside it.",
        };
        var command = new Command("table", "All of docs/performance.md's loads and their twins, in one run.")
        {
            seconds,
            file,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                var (table, chart) = await LoadTable.MeasureAsync(TimeSpan.FromSeconds(parsed.GetValue(seconds)));
                Console.WriteLine(table);
                if (parsed.GetValue(file) is { } path)
                {
                    await LoadTable.WriteAsync(path, table);
                    await File.WriteAllTextAsync(Path.ChangeExtension(path, ".svg"), chart, CancellationToken.None);
                }

                return 0;
            }
        );
        return command;
    }

    private static Command Start()
    {
        var assemblies = new Argument<string[]>("assemblies") { Description = "Published apps." };
        var command = new Command("start", "How long apps take to start, and what that costs; the median of seven.")
        {
            assemblies,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                await StartMeasurement.RunAsync(parsed.GetValue(assemblies)!);
                return 0;
            }
        );
        return command;
    }

    private static Command Backlog()
    {
        var orders = new Option<int>("--orders")
        {
            DefaultValueFactory = _ => 333_400,
            Description = "That wait, each for three platforms.",
        };
        var command = new Command(
            "backlog",
            "Lets orders wait for platforms that are paused, starts the host anew, resumes, and waits until all is told."
        )
        {
            orders,
        };
        command.SetAction(
            async (parsed, _) =>
            {
                Console.WriteLine(await LoadBacklog.MeasureAsync(1_000));
                Console.WriteLine(await LoadBacklog.MeasureAsync(parsed.GetValue(orders)));
                return 0;
            }
        );
        return command;
    }

    internal static Offer WarmUp(Offer offer, int orders) =>
        offer with
        {
            Rate = null,
            Duration = TimeSpan.FromMinutes(1),
            MostOrders = orders,
        };

    internal static async Task<double> CallsTwinAsync(int connections, TimeSpan duration)
    {
        using var stub = await LoadRun.StartStubAsync();
        await Twins.CallsAsync(stub.Address, 0, connections, TimeSpan.FromSeconds(2));
        return await Twins.CallsAsync(stub.Address, 0, connections, duration);
    }

    internal static async Task<double> IntakeTwinAsync(int connections, TimeSpan duration)
    {
        var sent = await SendToIntakeTwinAsync(new Offer(connections, 1, null, duration, int.MaxValue));
        return sent.PerSecond;
    }

    internal static async Task<Sent> SendToIntakeTwinAsync(Offer offer)
    {
        using var twin = await ChildProcess.StartAsync("OrderFunctions.Benchmarks.dll", [IntakeTwin]);
        using var generator = new Generator(twin.Address, null, offer.Connections);
        await generator.SendAsync(WarmUp(offer, 5_000));
        return await generator.SendAsync(offer);
    }
}
