using OrderFunctions.Sandbox.Control;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox;

/// <summary>
/// The providers' APIs as their documents describe them, on one server, each under its name, as in /duel; and the
/// routes that steer them, which GET / lists.
/// </summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _disposed;

    private SandboxServer(WebApplication app, SandboxState state)
    {
        _app = app;
        State = state;
        Url = ListenAddress.Reachable(app.Urls.First());
    }

    /// <summary>The actual address, with the real port.</summary>
    public Uri Url { get; }

    /// <summary>What was received, what the providers have, and what they do wrong.</summary>
    public SandboxState State { get; }

    /// <summary>Starts a server of its own: it reads no settings file and no environment, and logs warnings only.</summary>
    /// <exception cref="ArgumentException">
    /// The Url is no http address or has a path, or a setting is unknown or can't have its value.
    /// </exception>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxServer> StartAsync(
        SandboxOptions options,
        TimeProvider timeProvider,
        CancellationToken ct
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        var address = ListenAddress.Parse(options.Url);
        var providers = new ProviderCatalog(SandboxProviders.Create(timeProvider));
        foreach (var (name, value) in options.Settings)
        {
            providers.Set(name, value);
        }

        // The empty builder: a host that contains the sandbox has ASPNETCORE_URLS and settings that are not for us.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);

        // A start that fails is told by its exception; the host would print it a second time.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The limit is the sandbox's own, so that a body above it is still listed and answered in the provider's form.
            kestrel.Limits.MaxRequestBodySize = null;
        });

        var app = builder.Build();
        app.Urls.Add(address);
        var state = new SandboxState(providers, timeProvider);
        var dispatcher = new Dispatcher(
            state,
            new FaultInjector(state.Faults, timeProvider),
            new ControlApi(state),
            timeProvider,
            app.Lifetime.ApplicationStopping
        );
        app.Run(dispatcher.HandleAsync);
        try
        {
            await app.StartAsync(ct);
            return new SandboxServer(app, state);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address that a provider's BaseUrl setting takes, such as http://127.0.0.1:7072/duel.</summary>
    /// <exception cref="ArgumentException">There is no such provider.</exception>
    public Uri BaseUrl(string provider) => new(Url, State.Providers.Require(provider).Name);

    /// <summary>Stops at once: calls that hang or wait are dropped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }
}
