using OpenTelemetry;
using OrderFunctions.Endpoints;
using OrderFunctions.Hosting;
using OrderFunctions.Journaling;
using OrderFunctions.Ledger;
using OrderFunctions.Operations;
using OrderFunctions.Sandbox;

namespace OrderFunctions.Local;

/// <summary>The whole system in one process: Kestrel, the journal, and the sandbox beside it.</summary>
public sealed class LocalHost : IAsyncDisposable
{
    private const string SandboxUrl = "Local__SandboxUrl";

    private readonly WebApplication _app;

    private LocalHost(WebApplication app, SandboxServer? sandbox)
    {
        _app = app;
        Sandbox = sandbox;
    }

    /// <summary>Null where Local__Sandbox is false.</summary>
    public SandboxServer? Sandbox { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens, with the real port.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>Starts it and returns once it takes orders.</summary>
    /// <exception cref="SettingsException">Something is missing or contradictory.</exception>
    public static async Task<LocalHost> StartAsync(string[] args, TimeProvider timeProvider)
    {
        var builder = WebApplication.CreateBuilder(
            // Not the folder it was called from: there, its settings file would be missing.
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }
        );
        var problems = new List<string>();
        var local = Bind(builder.Configuration, problems);
        var addresses = new ListenAddresses(builder.Configuration, new ApiKeys(local).Any);
        problems.AddRange(addresses.Problems);
        var sandbox = local.Sandbox
            ? await TryStartSandboxAsync(builder.Configuration, local, timeProvider, problems)
            : null;
        try
        {
            addresses.Configure(builder.WebHost);
            var app = Build(builder, local, sandbox, timeProvider, problems);
            var host = new LocalHost(app, sandbox);
            try
            {
                // Before Kestrel and the workers start, which need the one and are measured by the other.
                _ = app.Services.GetRequiredService<Journal>();
                _ = app.Services.GetService<OpenTelemetrySdk>();
                var warmUp = Task.Run(app.Services.GetRequiredService<WarmUp>().Run);
                var load = Task.Run(() => Assemblies.LoadAllOf(typeof(LocalHost).Assembly));
                await app.StartAsync();
                await Task.WhenAll(warmUp, load);
            }
            catch (Exception error)
            {
                await app.DisposeAsync();
                if (addresses.Explain(error) is { } problem)
                {
                    throw new SettingsException([problem]);
                }

                throw;
            }

            host.Announce(local);
            return host;
        }
        catch
        {
            if (sandbox is not null)
            {
                await sandbox.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Waits until it is told to stop, or its journal has stopped.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForShutdownAsync()
    {
        var stopped = Services.GetRequiredService<Journal>().Stopped;
        return await Task.WhenAny(stopped, _app.WaitForShutdownAsync()) == stopped ? 1 : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (Sandbox is not null)
        {
            await Sandbox.DisposeAsync();
        }
    }

    /// <summary>Reads the settings that only this host has, and looks for those that it can't have.</summary>
    internal static LocalOptions Bind(IConfiguration configuration, List<string> problems)
    {
        var local = SettingsSection.Bind<LocalOptions>(configuration, "Local", problems);
        problems.AddRange(SettingsSection.Misspelt(configuration, "Local", "KeyVault"));
        problems.AddRange(local.Problems());
        if (TelemetryExport.Problem(configuration) is { } problem)
        {
            problems.Add(problem);
        }

        if (configuration.GetSection("KeyVault").GetChildren().Any(setting => !string.IsNullOrEmpty(setting.Value)))
        {
            problems.Add(
                "KeyVault__Uri is set, but this host reads no vault: set the secrets as Credentials__..., and remove it."
            );
        }

        return local;
    }

    /// <summary>Why the sandbox can't listen where it is told to; null: it can.</summary>
    internal static string? SandboxProblem(LocalOptions local)
    {
        const string open = "which other machines reach, and the sandbox has no key: it must be on 127.0.0.1.";
        return local.SandboxUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            ? $"{SandboxUrl} is '{local.SandboxUrl}'; the sandbox speaks http only."
            : ListenAddresses.Problem(SandboxUrl, local.SandboxUrl, open);
    }

    // Null where it can't start: that is told with the other problems.
    private static async Task<SandboxServer?> TryStartSandboxAsync(
        IConfiguration configuration,
        LocalOptions local,
        TimeProvider timeProvider,
        List<string> problems
    )
    {
        if (SandboxProblem(local) is { } problem)
        {
            problems.Add(problem);
            return null;
        }

        try
        {
            var options = SandboxDefaults.Options(configuration) with { Url = local.SandboxUrl };
            return await SandboxServer.StartAsync(options, timeProvider, CancellationToken.None);
        }
        catch (Exception error)
        {
            if (ListenAddresses.Explain(error, SandboxUrl, local.SandboxUrl) is not { } explained)
            {
                throw;
            }

            problems.Add(explained);
            return null;
        }
    }

    private static WebApplication Build(
        WebApplicationBuilder builder,
        LocalOptions local,
        SandboxServer? sandbox,
        TimeProvider timeProvider,
        List<string> problems
    )
    {
        if (local.Sandbox)
        {
            SandboxDefaults.Add(
                builder.Configuration,
                sandbox is null ? name => SandboxDefaults.Address(local, name) : sandbox.BaseUrl,
                problems
            );
        }

        var ledger = ServiceRegistration.ReadLedgerOptions(builder.Configuration, problems, local.DuplicateWindow);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(timeProvider);
        builder.Services.AddSingleton(local);
        var keys = new ApiKeys(local);
        builder.Services.AddSingleton(keys);
        builder.Services.AddRequestLimits(local, keys);
        builder.Services.AddSingleton(ledger);
        builder.Services.AddSingleton(services =>
            Journal.Open(local.JournalOptions(ledger), timeProvider, services.GetRequiredService<ILogger<Journal>>())
        );
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().Bus);
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().Receiver);
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().Ledger);
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().States);
        builder.Services.AddOrderFunctionsWithLocalSecrets(builder.Configuration, problems);
        builder.Services.AddSingleton(OverviewScope.Host);
        builder.Services.AddHostedService<QueuePump>();
        builder.AddTelemetryExport();
        var app = builder.Build();
        app.Use(
            (context, next) =>
            {
                SecurityHeaders.AddTo(context.Response);
                return next(context);
            }
        );
        app.UseRequestSpans();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context =>
            context.HttpContext.Response.StatusCode is 404 or 405
                ? Problems.NoRoute(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext)
                : Task.CompletedTask
        );
        if (!keys.Any)
        {
            app.Use(KeyGuard.RememberConnection);
        }

        app.UseForwardedHeaders();
        if (local is not { KeyRequestsPerMinute: null, AddressRequestsPerMinute: null })
        {
            app.UseRateLimiter();
        }

        app.UseMiddleware<KeyGuard>();
        Routes.Map(app);
        return app;
    }

    private void Announce(LocalOptions local)
    {
        HostStart.PrintBudget(Services);
        if (Sandbox is not null)
        {
            Console.WriteLine($"Sandbox: {Sandbox.Url.AbsoluteUri}received shows what each provider got.");
        }

        var counts = Services.GetRequiredService<Journal>().Counts;
        Console.WriteLine($"Journal: {local.Folder()}: {counts.Waiting} waiting, {counts.Parked} parked.");
        Console.WriteLine($"Console: {Url.AbsoluteUri}console");
        Console.WriteLine($"Ready: POST order events to {Url.AbsoluteUri}api/orders");
    }
}
