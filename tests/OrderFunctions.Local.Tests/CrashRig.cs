using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrderFunctions.Sandbox;
using OrderFunctions.Sandbox.Control;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests;

/// <summary>
/// A folder, processes that run on it one after another, and a sandbox in the test's own process, which lives on
/// when they are killed.
/// </summary>
internal sealed class CrashRig : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SandboxServer _sandbox;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crash-");
    private readonly List<LocalProcess> _processes = [];
    private volatile TaskCompletionSource<LocalProcess> _serving = NoneYet();

    private CrashRig(SandboxServer sandbox, IEnumerable<string> settings)
    {
        _sandbox = sandbox;
        Settings =
        [
            $"--Local:DataDirectory={Folder}",
            .. SandboxSettings.WithSecrets(sandbox).Select(setting => $"--{setting.Key}={setting.Value}"),
            // Where a failure that ends the process would be told.
            "--Logging:LogLevel:Microsoft.Extensions.Hosting=Warning",
            .. settings,
        ];
    }

    /// <summary>How long is waited for anything.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(60);

    public string Folder => _folder.FullName;

    /// <summary>Those of every process.</summary>
    public IReadOnlyList<string> Settings { get; }

    /// <summary>Variables of every process, on top of the test's environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public SandboxState Sandbox => _sandbox.State;

    public LocalProcess Newest => _processes[^1];

    /// <summary>The process that takes orders, as soon as there is one.</summary>
    public Task<LocalProcess> Serving => _serving.Task;

    /// <summary>How long the processes took to start, as far as they came.</summary>
    public IEnumerable<TimeSpan> StartTimes => _processes.Select(process => process.StartTime).OfType<TimeSpan>();

    /// <param name="settings">On top of all providers, enabled and pointed at the sandbox.</param>
    public static async Task<CrashRig> CreateAsync(params IEnumerable<string> settings)
    {
        var options = new SandboxOptions { Url = "http://127.0.0.1:0" };
        return new CrashRig(await SandboxServer.StartAsync(options, TimeProvider.System, default), settings);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _sandbox.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public void Launch() => _processes.Add(LocalProcess.LaunchForFullDisk(Settings, Environment));

    /// <summary>Launches a process and returns once it takes orders.</summary>
    public async Task<LocalProcess> StartAsync()
    {
        Launch();
        await Newest.ReadyAsync();
        _serving.SetResult(Newest);
        return Newest;
    }

    public Task KillAsync()
    {
        NoLongerServing();
        return Newest.KillAsync();
    }

    /// <returns>The exit code.</returns>
    public Task<int> StopAsync()
    {
        NoLongerServing();
        return Newest.StopAsync();
    }

    /// <summary>Moves the folder away from under the process, and back.</summary>
    public async Task MoveFolderAsync(TimeSpan time)
    {
        Directory.Move(Folder, $"{Folder}-away");
        await Task.Delay(time);
        Directory.Move($"{Folder}-away", Folder);
    }

    /// <summary>Waits until the process answers, or has ended.</summary>
    public async Task UntilLiveOrEndedAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Newest.HasExited && !await Newest.IsLiveAsync())
        {
            Assert.False(patience.IsCancellationRequested, $"It should answer, or end.\n{Newest.Tail}");
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Posts the orders in one request, as soon as a process takes it.</summary>
    /// <returns>Whether it got a 202; if not, what became of it is unknown.</returns>
    public Task<bool> TrySubmitAsync(params IReadOnlyList<string> orderIds)
    {
        var (path, content) = CrashOrders.Request(orderIds);
        return TryPostAsync(path, content, string.Join(", ", orderIds));
    }

    /// <inheritdoc cref="TrySubmitAsync"/>
    public Task<bool> TryPostAsync(string path, JsonObject body) =>
        TryPostAsync(path, CrashOrders.Content(body), body.ToJsonString());

    private async Task<bool> TryPostAsync(string path, HttpContent content, string what)
    {
        var process = await Serving;
        try
        {
            using var answer = await process.PostAsync(path, content);
            var status = (int)answer.StatusCode;
            Assert.True(status is 202 or 503, $"{what} got a {status}.\n{process.Tail}");
            return status == 202;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Posts each order on its own.</summary>
    public async Task SubmitAsync(IEnumerable<string> orderIds)
    {
        foreach (var orderId in orderIds)
        {
            Assert.True(await TrySubmitAsync(orderId), $"{orderId} should get a 202.\n{Newest.Tail}");
        }
    }

    /// <summary>The deliveries that have arrived, each as `order at provider`.</summary>
    public IEnumerable<string> Told(IEnumerable<string> orderIds) => Deliveries(orderIds, Has);

    /// <summary>Waits until every provider has every order.</summary>
    /// <param name="exceptBy">One that is told of none; null: there is no such.</param>
    public Task UntilToldAsync(IReadOnlyCollection<string> orderIds, string? exceptBy = null)
    {
        return UntilAsync(
            () => Task.FromResult(!Missing().Any()),
            () =>
                $"Every provider should have each of the {orderIds.Count} orders, but not told were {Text(Missing())}\n{Answers()}"
        );

        IEnumerable<string> Missing() =>
            Deliveries(orderIds, (provider, orderId) => provider != exceptBy && !Has(provider, orderId));
    }

    /// <summary>Waits until a provider has received so many calls.</summary>
    public Task UntilCalledAsync(string provider, int count) =>
        UntilAsync(
            () => Task.FromResult(Sandbox.Count(provider) >= count),
            () => $"{provider} should be called {count} times, and was {Sandbox.Count(provider)} times"
        );

    /// <summary>Waits until the ledger shows the order at the provider so.</summary>
    public async Task<JsonElement> UntilInLedgerAsync(string orderId, string provider, Predicate<JsonElement> isSo)
    {
        JsonElement found = default;
        await UntilAsync(
            async () =>
            {
                var order = await Newest.FindAsync($"api/orders/{orderId}");
                found = (order?.GetProperty("deliveries").EnumerateArray() ?? default).FirstOrDefault(delivery =>
                    delivery.GetProperty("provider").GetString() == provider
                );
                return found.ValueKind == JsonValueKind.Object && isSo(found);
            },
            () => $"The ledger does not come to show {orderId} at {provider} as it should, but shows '{found}'"
        );
        return found;
    }

    /// <summary>Waits until so many deliveries are parked; at most 500.</summary>
    public async Task UntilParkedAsync(int count)
    {
        var parked = 0;
        await UntilAsync(
            async () =>
            {
                var page = await Newest.FindAsync("api/parked?limit=500");
                parked = page?.GetProperty("items").GetArrayLength() ?? 0;
                return parked >= count;
            },
            () => $"{count} should be parked, and {parked} are"
        );
    }

    /// <summary>Sends all that is parked back.</summary>
    /// <returns>Whether it got a 202.</returns>
    public async Task<bool> TryReplayAsync()
    {
        using var all = new StringContent("{}", MediaTypeHeaderValue.Parse("application/json"));
        try
        {
            using var answer = await Newest.PostAsync("api/parked/replay", all);
            return (int)answer.StatusCode == 202;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task NothingIsParkedAsync()
    {
        var parked = await Newest.FindAsync("api/parked");
        Assert.True(parked!.Value.GetProperty("items").GetArrayLength() == 0, $"{parked}\n{Newest.Tail}");
    }

    public async Task UntilAsync(Func<Task<bool>> condition, Func<string> otherwise)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (patience.IsCancellationRequested || Newest.HasExited)
            {
                Assert.Fail($"{otherwise()}\nTEST_SEED={RandomOrder.Seed}\n{Newest.Tail}");
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private static TaskCompletionSource<LocalProcess> NoneYet() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void NoLongerServing()
    {
        if (Serving.IsCompleted)
        {
            _serving = NoneYet();
        }
    }

    private static IEnumerable<string> Deliveries(IEnumerable<string> orderIds, Func<string, string, bool> are) =>
        from orderId in orderIds
        from provider in Samples.ProviderNames
        where are(provider, orderId)
        select $"{orderId} at {provider}";

    private bool Has(string provider, string orderId) => Sandbox.Provider(provider).HasOrder(orderId);

    // How often each provider gave which answer, 0 where it gave none.
    private string Answers() =>
        string.Join(
            ", ",
            Sandbox
                .Received()
                .CountBy(call => $"{call.Provider} {call.StatusCode ?? 0}")
                .Select(each => $"{each.Key} x {each.Value}")
        );

    private static string Text(IEnumerable<string> deliveries)
    {
        var all = deliveries.ToList();
        return $"{all.Count} deliveries: {string.Join(", ", all.Take(40))}{(all.Count > 40 ? ", ..." : "")}";
    }
}
