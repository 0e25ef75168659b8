using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace OrderFunctions.Http;

/// <summary>What all HTTP calls to others have in common.</summary>
internal static class OutgoingHttp
{
    /// <summary>A pool of connections for one called party.</summary>
    /// <param name="resolve">What a name comes to; null: what the system says.</param>
    public static SocketsHttpHandler NewConnections(
        Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null
    ) =>
        new()
        {
            // A redirect to a login page would look like an answer, and would get the credentials.
            AllowAutoRedirect = false,
            UseCookies = false,
            // Our traces are nobody else's business.
            ActivityHeadersPropagator = null,
            // So that a change of DNS is noticed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectCallback = (context, token) =>
                ConnectAsync(resolve ?? Dns.GetHostAddressesAsync, context.DnsEndPoint, token),
        };

    /// <summary>The header of HTTP Basic (RFC 7617), in UTF-8.</summary>
    public static AuthenticationHeaderValue BasicHeader(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    // What is looked at is what is connected to: whoever has the name may let it come to something else any time.
    private static async ValueTask<Stream> ConnectAsync(
        Func<string, CancellationToken, Task<IPAddress[]>> resolve,
        DnsEndPoint called,
        CancellationToken cancellationToken
    )
    {
        var addresses = await resolve(called.Host, cancellationToken);
        if (Array.Exists(addresses, OutgoingAddress.IsReserved))
        {
            throw new HttpRequestException(
                HttpRequestError.ConnectionError,
                $"{called.Host} comes to an address that a cloud keeps for its own machines, and is not called"
            );
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, called.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
