using OrderFunctions.Sandbox.Control;
using OrderFunctions.Sandbox.Misbehaving;

namespace OrderFunctions.Sandbox.Http;

/// <summary>
/// Leads a request to its provider or to the control routes. It stands in for ASP.NET's routing, which would
/// unescape order ids, match paths without regard to case and forgive trailing slashes.
/// </summary>
internal sealed class Dispatcher(
    SandboxState state,
    Misbehaviour misbehaviour,
    ControlApi control,
    TimeProvider timeProvider,
    CancellationToken stopping
)
{
    public async Task HandleAsync(HttpContext context)
    {
        var request = await RequestReader.ReadAsync(context, timeProvider);
        if (request.Segments.Count == 0 || !state.Apis.TryGetValue(request.Segments[0], out var api))
        {
            await control.Handle(request).SendAsync(context.Response, context.RequestAborted);
            return;
        }

        var entry = state.Log.Add(api.Name, request);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            if (await misbehaviour.AnswerAsync(api, request, entry, gone.Token) is { } answer)
            {
                // Before it is sent: a caller that has the answer may ask at once what was received.
                entry.Answered(answer.Status);
                await answer.SendAsync(context.Response, context.RequestAborted);
                return;
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The caller gave up or the server stops; either way there is nobody to answer.
        }

        context.Abort();
    }
}
