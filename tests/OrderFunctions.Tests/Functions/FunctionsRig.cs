using System.Reflection;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrderFunctions.App.Functions;
using OrderFunctions.App.Hosting;
using OrderFunctions.Bus;
using OrderFunctions.Endpoints;
using OrderFunctions.Ledger;
using OrderFunctions.Sandbox;
using OrderFunctions.Sandbox.Control;
using OrderFunctions.TestKit;
using OrderFunctions.Tests.Bus;
using OrderFunctions.Tests.Costs;
using OrderFunctions.Tests.Credentials;
using OrderFunctions.Tests.Ledger;

namespace OrderFunctions.Tests.Functions;

/// <summary>
/// The whole Functions app as Program.cs registers it, with a broker, a table and a vault in this process and the sandbox
/// in the providers' place; the test is the host that calls the functions.
/// </summary>
internal sealed class FunctionsRig : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly SandboxServer _sandbox;
    private readonly FakeVault _vault;
    private readonly Meter _meter;

    private FunctionsRig(
        ServiceProvider services,
        SandboxServer sandbox,
        FakeVault vault,
        Meter meter,
        ManualTime time,
        FakeBroker broker,
        FakeTable table,
        LogBook log
    )
    {
        (_services, _sandbox, _vault, _meter) = (services, sandbox, vault, meter);
        (Time, Broker, Table, Log) = (time, broker, table, log);
    }

    public const string WebhookSecret = "webhook-secret";

    public ManualTime Time { get; }

    public FakeBroker Broker { get; }

    public FakeTable Table { get; }

    public LogBook Log { get; }

    public SandboxState Sandbox => _sandbox.State;

    public ILedger Ledger => _services.GetRequiredService<ILedger>();

    public WarmUp WarmUp => _services.GetRequiredService<WarmUp>();

    public IBus Bus => _services.GetRequiredService<IBus>();

    /// <summary>What the services have to bill by now.</summary>
    public Cost Cost => _meter.Total with { Secrets = _vault.Fetches };

    /// <param name="change">Changes the settings.</param>
    public static async Task<FunctionsRig> StartAsync(Action<Dictionary<string, string?>>? change = null)
    {
        var time = new ManualTime();
        var options = new SandboxOptions { Url = "http://127.0.0.1:0" };
        var sandbox = await SandboxServer.StartAsync(options, time, default);
        var settings = new Dictionary<string, string?>(SandboxSettings.Providers(sandbox))
        {
            ["ServiceBus"] = "Endpoint=sb://localhost;UseDevelopmentEmulator=true;",
            ["Ledger"] = "UseDevelopmentStorage=true",
            ["KeyVault:Uri"] = FakeVault.Uri,
            ["Redirect:AllowedHosts:0"] = "store.example.com",
            ["Webhooks:Shopify:Enabled"] = "true",
            ["Webhooks:WooCommerce:Enabled"] = "true",
        };
        change?.Invoke(settings);
        var vault = new FakeVault { ["webhook-shopify"] = WebhookSecret, ["webhook-woocommerce"] = WebhookSecret };
        foreach (var (name, value) in SandboxSettings.Secrets)
        {
            vault[name] = value;
        }

        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var meter = new Meter();
        var broker = new FakeBroker(time) { Meter = meter };
        var table = new FakeTable(time) { Meter = meter };
        var log = new LogBook();
        var services = new ServiceCollection()
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddSingleton<TimeProvider>(time)
            .AddSingleton(Rig.Longest)
            .AddSingleton<IConfiguration>(configuration)
            .AddFunctionsApp(configuration)
            .AddSingleton<ServiceBusClient>(new FakeServiceBusClient(broker))
            .AddSingleton<TableClient>(table)
            .AddSingleton(vault.Client())
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        return new FunctionsRig(services, sandbox, vault, meter, time, broker, table, log);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _sandbox.DisposeAsync();
        _vault.Dispose();
    }

    /// <summary>The functions, each with the method that bears its name.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> Functions { get; } =
        typeof(DeliveryFunctions)
            .Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .ToDictionary(method => method.GetCustomAttribute<FunctionAttribute>()!.Name);

    /// <summary>The function's trigger; null where it has another kind.</summary>
    public static TTrigger? Trigger<TTrigger>(MethodInfo function)
        where TTrigger : Attribute =>
        function
            .GetParameters()
            .Select(parameter => parameter.GetCustomAttribute<TTrigger>())
            .FirstOrDefault(t => t is not null);

    /// <summary>Calls an HTTP function as the worker does, through the middleware, and executes what it returns.</summary>
    /// <param name="rawTarget">The path and query that the worker got; null: nothing that matters.</param>
    /// <param name="cancellationToken">The host's, which ends the call.</param>
    public async Task<HttpResponse> CallAsync(
        string function,
        byte[]? json = null,
        string? orderId = null,
        string? rawTarget = null,
        Action<HttpRequest>? change = null,
        CancellationToken cancellationToken = default
    )
    {
        _meter.Execution();
        var response = new StartingResponse();
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Features.Set<IHttpResponseFeature>(response);
        context.Request.Method = json is null ? "GET" : "POST";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = rawTarget ?? "";
        context.Request.QueryString = new QueryString(
            rawTarget?.IndexOf('?') is >= 0 and var at ? rawTarget[at..] : ""
        );
        (context.Request.Scheme, context.Request.Host) = ("https", new HostString("shop.example"));
        if (json is not null)
        {
            context.Request.ContentType = "application/json";
            context.Request.Body = new MemoryStream(json);
        }

        change?.Invoke(context.Request);
        context.Response.Body = new MemoryStream();
        IResult? result = null;
        var exceptions = new ExceptionMiddleware(_services.GetRequiredService<IExceptionHandler>());
        await new SecurityHeadersMiddleware().Invoke(
            new FakeFunctionContext(context, cancellationToken),
            call =>
                exceptions.Invoke(
                    call,
                    async _ =>
                    {
                        var returned = Invoke(
                            function,
                            parameter =>
                                parameter.ParameterType == typeof(HttpRequest) ? context.Request
                                : parameter.ParameterType == typeof(string) ? orderId
                                : cancellationToken
                        );
                        result = returned is Task<IResult> task ? await task : (IResult)returned!;
                    }
                )
        );
        if (result is not null)
        {
            await result.ExecuteAsync(context);
        }

        await response.StartAsync();

        context.Response.Body.Position = 0;
        return context.Response;
    }

    /// <summary>Calls the function of a queue with its next message.</summary>
    public async Task HandleAsync(
        string queue,
        Exception? settlementTrouble = null,
        CancellationToken cancellationToken = default
    )
    {
        var message = Broker.TryReceive(queue);
        Assert.True(message is not null, $"{queue} should have a message that is due.\n{Log}");
        _meter.Execution();
        var (name, _) = Functions.Single(function =>
            Trigger<ServiceBusTriggerAttribute>(function.Value)?.QueueName == queue
        );
        var actions = new FakeMessageActions(Broker, queue) { Trouble = settlementTrouble };
        await (Task)
            Invoke(
                name,
                parameter =>
                    parameter.ParameterType == typeof(ServiceBusReceivedMessage) ? message
                    : parameter.ParameterType == typeof(ServiceBusMessageActions) ? actions
                    : cancellationToken
            )!;
    }

    /// <summary>Calls functions until no message is due.</summary>
    public async Task DrainAsync()
    {
        while (Broker.Due is [var queue, ..])
        {
            await HandleAsync(queue);
        }
    }

    private object? Invoke(string function, Func<ParameterInfo, object?> argument)
    {
        var method = Functions[function];
        var target = method.IsStatic ? null : ActivatorUtilities.CreateInstance(_services, method.DeclaringType!);
        return method.Invoke(
            target,
            BindingFlags.DoNotWrapExceptions,
            binder: null,
            [.. method.GetParameters().Select(argument)],
            culture: null
        );
    }

    // Without a server nothing starts the answer but the test.
    private sealed class StartingResponse : HttpResponseFeature
    {
        private readonly Stack<(Func<object, Task> Callback, object State)> _callbacks = new();

        public override void OnStarting(Func<object, Task> callback, object state) =>
            _callbacks.Push((callback, state));

        public async Task StartAsync()
        {
            while (_callbacks.TryPop(out var each))
            {
                await each.Callback(each.State);
            }
        }
    }
}
