using System.Net.Http.Headers;
using System.Text;

namespace OrderFunctions.Http;

/// <summary>What all HTTP calls to others have in common.</summary>
internal static class OutgoingHttp
{
    /// <summary>A pool of connections for one called party.</summary>
    public static SocketsHttpHandler NewConnections() =>
        new()
        {
            // A redirect to a login page would look like an answer, and would get the credentials.
            AllowAutoRedirect = false,
            UseCookies = false,
            // Our traces are nobody else's business.
            ActivityHeadersPropagator = null,
            // So that a change of DNS is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };

    /// <summary>The header of HTTP Basic (RFC 7617), in UTF-8.</summary>
    public static AuthenticationHeaderValue BasicHeader(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
}
