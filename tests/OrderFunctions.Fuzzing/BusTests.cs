using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using OrderFunctions.Bus;
using OrderFunctions.Gallery;
using OrderFunctions.TestKit;
using Xunit.Abstractions;

namespace OrderFunctions.Fuzzing;

/// <summary>
/// What comes in beside the shop's requests: the ERP's messages, and the answers of the providers. Each message is
/// settled without an exception, and whatever is parked by it can be listed, summed up and sent back.
/// </summary>
public sealed class BusTests(ITestOutputHelper output) : IDisposable
{
    private const int MessagesPerHost = 25;

    private Doors _doors = new();
    private int _messages;

    public void Dispose() => _doors.Dispose();

    [Fact]
    public async Task Messages_of_the_ERP()
    {
        var mutator = new JsonMutator([.. Valid.Orders, .. Valid.WaitingWebhooks]);
        await new Campaign("orders-inbound", output).RunAsync(
            800,
            random => new Blob(mutator.Next(random)),
            async input =>
            {
                Renew();
                await SendAsync(Entities.Inbound, input.Bytes);
                var parked = await _doors.DeliverAsync();
                await AskAsync("GET", "/api/parked?limit=500");
                await AskAsync("GET", "/api/parked/summary");
                if (parked.Count == 0)
                {
                    return "accepted";
                }

                await AskAsync("POST", "/api/parked/replay", $$"""{"ids":["{{parked[0].Id}}"]}""");
                await _doors.DeliverAsync();
                return "parked";
            }
        );
    }

    [Fact]
    public async Task Answers_of_providers()
    {
        var mutator = new JsonMutator(Valid.Answers);
        await new Campaign("answers of providers", output).RunAsync(
            50,
            random => new ProviderAnswer(
                random.Pick([200, 200, 200, 201, 204, 206, 301, 304, 400, 401, 404, 409, 422, 429, 500, 503, 599, 999]),
                random.Pick([
                    "application/json",
                    "text/html; charset=utf-7",
                    "application/json; charset=utf-16",
                    ";;",
                    "",
                ]),
                random.Pick(["", "gzip", "br", "deflate, gzip", "identity"]),
                random.Pick([
                    "",
                    "0",
                    "-1",
                    "120",
                    "99999999999",
                    "Wed, 21 Oct 9999 07:28:00 GMT",
                    "yesterday",
                    "9223372036854775807",
                ]),
                mutator.Next(random)
            ),
            async answer =>
            {
                Renew();
                _doors.Providers.Answer = _ => answer.ToHttp();
                var order = Samples.Utf8(json => json["order"]!["id"] = $"o-{_messages}");
                await SendAsync(Entities.Inbound, order);
                var parked = await _doors.DeliverAsync();
                await AskAsync("GET", $"/api/orders/o-{_messages}");
                await AskAsync("GET", "/api/parked");
                await _doors.AskAsync(new HttpInput("GET", "/gallery?limit=5", [("Origin", Doors.Origin)], []));
                // The next one begins with what this one left.
                await _doors.Services.GetRequiredService<AssetGallery>().GetAsync(default);
                _doors.Time.Advance(TimeSpan.FromHours(1));
                return parked.Count > 0 ? "parked" : "told, or told again later";
            }
        );
    }

    private void Renew()
    {
        if (++_messages % MessagesPerHost == 0)
        {
            _doors.Dispose();
            _doors = new Doors();
        }
    }

    private Task SendAsync(string queue, byte[] body) =>
        _doors.Bus.ScheduleAsync(
            queue,
            new BusMessage(Guid.NewGuid().ToString(), body),
            _doors.Time.GetUtcNow(),
            default
        );

    private async Task AskAsync(string method, string target, string body = "")
    {
        (string, string)[] headers = [("x-functions-key", Doors.Key), ("Content-Type", "application/json")];
        var answer = await _doors.AskAsync(new HttpInput(method, target, headers, Encoding.UTF8.GetBytes(body)));
        Assert.True(
            answer.Status is 200 or 202 or 404,
            $"{method} {target} -> {answer.Status}: {Encoding.UTF8.GetString(answer.Body)}"
        );
    }

    private sealed record ProviderAnswer(
        int Status,
        string ContentType,
        string Encoding,
        string RetryAfter,
        byte[] Body
    ) : IInput<ProviderAnswer>
    {
        public IEnumerable<ProviderAnswer> Smaller() =>
            [
                this with
                {
                    ContentType = "",
                },
                this with
                {
                    Encoding = "",
                },
                this with
                {
                    RetryAfter = "",
                },
                .. Cuts.Of(Body).Select(body => this with { Body = body }),
            ];

        public override string ToString() =>
            $"{Status} Content-Type: {ContentType} Content-Encoding: {Encoding} Retry-After: {RetryAfter}\n{Cuts.Show(Body)}";

        public HttpResponseMessage ToHttp()
        {
            var response = new HttpResponseMessage((HttpStatusCode)Status) { Content = new ByteArrayContent(Body) };
            Add(response.Content.Headers, "Content-Type", ContentType);
            Add(response.Content.Headers, "Content-Encoding", Encoding);
            Add(response.Headers, "Retry-After", RetryAfter);
            return response;
        }

        private static void Add(HttpHeaders headers, string name, string value)
        {
            if (value.Length > 0)
            {
                headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
