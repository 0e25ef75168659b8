using OrderFunctions.Credentials;
using OrderFunctions.Http;

namespace OrderFunctions.Webhooks;

/// <summary>Asks a shop's own API: reads only, with HTTP Basic, as the platforms' documents have it over https.</summary>
public sealed class ShopApi(SecretCache secrets, TimeProvider timeProvider) : IDisposable
{
    private const int MostBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new(OutgoingHttp.NewConnections())
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MostBytes,
    };

    /// <param name="names">The secrets: user and password.</param>
    /// <returns>The answer's body, or why there is none; the shop's own words stay out of it.</returns>
    public async Task<(ReadOnlyMemory<byte>? Body, string? Problem)> GetAsync(
        Uri url,
        (string User, string Password) names,
        CancellationToken cancellationToken
    )
    {
        using var patience = new CancellationTokenSource(Patience, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var user = await secrets.GetAsync(names.User, either.Token);
            var password = await secrets.GetAsync(names.Password, either.Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Authorization = OutgoingHttp.BasicHeader(user, password);
            request.Headers.Accept.ParseAdd("application/json");
            request.Headers.UserAgent.ParseAdd("OrderFunctions");
            using var response = await _http.SendAsync(request, either.Token);
            return response.IsSuccessStatusCode
                ? (await response.Content.ReadAsByteArrayAsync(either.Token), null)
                : (null, $"it answered {(int)response.StatusCode}");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds} seconds");
        }
        catch (CredentialUnavailableException error)
        {
            return (null, error.Message);
        }
        catch (HttpRequestException error)
        {
            return (null, $"no answer: {error.HttpRequestError}");
        }
    }

    public void Dispose() => _http.Dispose();
}
