using OrderFunctions.Sandbox.Control;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox;

/// <summary>
/// Leads a request to its provider or to the control routes. It stands in for ASP.NET's routing, which would
/// unescape order ids, match paths without regard to case and forgive trailing slashes.
/// </summary>
internal sealed class Dispatcher(
    SandboxState state,
    FaultInjector faultInjector,
    ControlApi control,
    TimeProvider timeProvider,
    CancellationToken stopping
)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = await RequestReader.ReadAsync(context, timeProvider);
        if (
            request.Segments is not [var first, ..]
            || state.Providers.All.FirstOrDefault(provider => provider.Name == first) is not { } api
        )
        {
            await control.Handle(request).SendAsync(context.Response, context.RequestAborted);
            return;
        }

        var logged = state.Log.Add(api.Name, request);
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            if (await faultInjector.RespondAsync(api, request, logged, aborted.Token) is { } response)
            {
                // Before it is sent: a caller that has the response may ask at once what was received.
                logged.Responded(response.StatusCode);
                await response.SendAsync(context.Response, context.RequestAborted);
                return;
            }
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            // The caller gave up or the server stops; either way there is nobody to respond to.
        }

        context.Abort();
    }
}
