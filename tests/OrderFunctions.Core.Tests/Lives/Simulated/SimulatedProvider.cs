using System.Net;
using System.Text;
using OrderFunctions.Core.Tests.Lives.Models;

namespace OrderFunctions.Core.Tests.Lives.Simulated;

/// <summary>The provider at the other end of the wire.</summary>
/// <param name="started">The event that the worker has set out to tell: not always that of its message.</param>
internal sealed class SimulatedProvider(ProviderModel model, Func<LifeEvent> started) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var worker = SimulatedWorker.Current;
        var lifeEvent = started();
        var path = request.RequestUri!.AbsolutePath;
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var point = new FaultPoint($"{request.Method} for {lifeEvent.Id}", Serve);
        switch (await worker.ArriveAsync(point, cancellationToken))
        {
            case Fault.None:
                return Serve();
            case Fault.ConnectionRefused:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "nobody there");
            case Fault.Answered answered:
                if (answered.IsServed)
                {
                    Serve();
                }

                return new HttpResponseMessage((HttpStatusCode)answered.Status);
            case Fault.AnswerLost:
                Serve();
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "the line broke");
            default:
                throw new HttpRequestException(HttpRequestError.ResponseEnded, "the line broke");
        }

        HttpResponseMessage Serve()
        {
            var (status, answer) = model.Serve(lifeEvent, request.Method, path, body);
            worker.HasUnrecordedCall |= request.Method != HttpMethod.Get && status < 300;
            return new HttpResponseMessage((HttpStatusCode)status)
            {
                Content = new StringContent(answer, Encoding.UTF8, "application/json"),
            };
        }
    }
}
