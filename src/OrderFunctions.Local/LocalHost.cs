using OrderFunctions.Bus;
using OrderFunctions.Delivery;
using OrderFunctions.Endpoints;
using OrderFunctions.Local.Journaling;
using OrderFunctions.Sandbox;
using OrderFunctions.Settings;

namespace OrderFunctions.Local;

/// <summary>The whole system in one process: Kestrel, the journal, and the sandbox beside it.</summary>
public sealed class LocalHost : IAsyncDisposable
{
    private const string DefaultUrl = "http://127.0.0.1:7071";

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
        var local = Bind(builder.Configuration);
        var sandbox = local.Sandbox ? await StartSandboxAsync(builder.Configuration, local, timeProvider) : null;
        try
        {
            var app = Build(builder, local, sandbox, timeProvider);
            var host = new LocalHost(app, sandbox);
            try
            {
                // Before Kestrel and the workers start, both of which need it.
                _ = app.Services.GetRequiredService<Journal>();
                await app.StartAsync();
            }
            catch
            {
                await app.DisposeAsync();
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

    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (Sandbox is not null)
        {
            await Sandbox.DisposeAsync();
        }
    }

    internal static LocalOptions Bind(IConfiguration configuration)
    {
        var problems = new List<string>();
        var local = SettingsSection.Bind<LocalOptions>(configuration, "Local", problems);
        problems.AddRange(local.Problems());
        return problems.Count == 0 ? local : throw new SettingsException(problems);
    }

    private static Task<SandboxServer> StartSandboxAsync(
        ConfigurationManager configuration,
        LocalOptions local,
        TimeProvider timeProvider
    ) =>
        SandboxServer.StartAsync(
            SandboxDefaults.Options(configuration) with
            {
                Url = local.SandboxUrl,
            },
            timeProvider,
            CancellationToken.None
        );

    private static WebApplication Build(
        WebApplicationBuilder builder,
        LocalOptions local,
        SandboxServer? sandbox,
        TimeProvider timeProvider
    )
    {
        builder.Configuration.AddInMemoryCollection(
            SandboxDefaults.Settings(builder.Configuration, sandbox is null ? null : sandbox.BaseUrl)
        );
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton(timeProvider);
        builder.Services.AddSingleton(local);
        builder.Services.AddSingleton(services =>
            Journal.Open(local.JournalOptions(), timeProvider, services.GetRequiredService<ILogger<Journal>>())
        );
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().Bus);
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().Receiver);
        builder.Services.AddSingleton(services => services.GetRequiredService<Journal>().Ledger);
        builder.Services.AddOrderFunctionsWithLocalSecrets(builder.Configuration);
        builder.Services.AddHostedService<QueuePump>();
        var app = builder.Build();
        app.UseExceptionHandler(_ => { });
        app.UseStatusCodePages(context =>
            context.HttpContext.Response.StatusCode is 404 or 405
                ? Problems.NoRoute(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext)
                : Task.CompletedTask
        );
        app.UseMiddleware<KeyGuard>();
        Routes.Map(app);
        return app;
    }

    private void Announce(LocalOptions local)
    {
        var providers = Services.GetRequiredService<ProviderChannels>().All.Select(channel => channel.Provider);
        Console.WriteLine(AttemptBudget.Table(providers));
        if (Sandbox is not null)
        {
            Console.WriteLine($"Sandbox: {Sandbox.Url.AbsoluteUri}received shows what each provider got.");
        }

        var counts = Services.GetRequiredService<Journal>().Counts;
        Console.WriteLine($"Journal: {local.Folder()}: {counts.Waiting} waiting, {counts.Parked} parked.");
        Console.WriteLine($"Ready: POST order events to {Url.AbsoluteUri}api/orders");
    }
}
