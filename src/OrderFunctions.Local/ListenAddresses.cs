using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;
using OrderFunctions.Hosting;

namespace OrderFunctions.Local;

/// <summary>
/// Where a server is told to listen. Kestrel takes a host it can't read, a misspelt port included, for every address of
/// this machine; so each address is checked before it gets there.
/// </summary>
internal sealed partial class ListenAddresses
{
    public const string Default = "http://127.0.0.1:7071";
    private const int MostPort = IPEndPoint.MaxPort;
    private const string Urls = "--urls (ASPNETCORE_URLS)";
    private const string Endpoints = "Kestrel:Endpoints";
    private const string NeedsKey =
        "which other machines reach, but there is no key: set Local__ApiKey, or listen on 127.0.0.1 only.";

    private readonly List<(string Setting, string? Url)> _told;
    private readonly bool _hasKey;

    public ListenAddresses(IConfiguration configuration, bool hasKey)
    {
        (_told, _hasKey) = ([.. Told(configuration)], hasKey);
    }

    /// <summary>A sentence for each address that is wrong, or open to other machines while there is no key.</summary>
    public IEnumerable<string> Problems =>
        _told.Select(told => Problem(told.Setting, told.Url, _hasKey ? null : NeedsKey)).OfType<string>();

    public void Configure(IWebHostBuilder host)
    {
        if (_told is [])
        {
            host.UseUrls(Default);
        }

        // The last word on what Kestrel really binds, however it was told to.
        host.ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint =>
            {
                if (!_hasKey && endpoint.EndPoint is IPEndPoint bound && !IPAddress.IsLoopback(bound.Address))
                {
                    throw new SettingsException([$"The host listens on {bound}, {NeedsKey}"]);
                }
            })
        );
    }

    /// <summary>Why the host can't listen there; null: the error is about something else.</summary>
    public string? Explain(Exception error) =>
        _told is []
            ? Explain(error, Urls, Default)
            : Explain(
                error,
                string.Join(", ", _told.Select(told => told.Setting).Distinct()),
                string.Join(';', _told.Select(told => told.Url))
            );

    /// <summary>Why a server can't listen there; null: the error is about something else.</summary>
    public static string? Explain(Exception error, string setting, string urls) =>
        error switch
        {
            IOException { InnerException: AddressInUseException } =>
                $"{setting} is '{urls}', but the port is taken. Is OrderFunctions running already? Stop that, or choose another port.",
            SocketException { SocketErrorCode: SocketError.AccessDenied } =>
                $"{setting} is '{urls}', but this user may not listen on that port: choose one above 1023, behind a proxy where it must be another.",
            // Of localhost, which is two addresses.
            IOException { InnerException: AggregateException { InnerExceptions: [var first, ..] } } => Explain(
                first,
                setting,
                urls
            ),
            SocketException => $"{setting} is '{urls}', which can't be listened on: {error.Message}",
            InvalidOperationException
            or CryptographicException
            or IOException when urls.Contains("https:", StringComparison.OrdinalIgnoreCase) =>
                $"{setting} is '{urls}', but has no certificate that works: {error.Message.Split('\n')[0].Trim()} "
                    + "Set Kestrel__Certificates__Default__Path and __Password, or listen on http behind a proxy with TLS.",
            _ => null,
        };

    /// <param name="unlessLoopback">What to say of an address that other machines reach; null: it is fine.</param>
    /// <returns>What is wrong with the address, or null.</returns>
    public static string? Problem(string setting, string? url, string? unlessLoopback)
    {
        var name = $"{setting} is '{url}'";
        var match = Address().Match(url ?? "");
        var (host, port) = (match.Groups["host"].Value, match.Groups["port"].Value);
        if (!match.Success || (int.TryParse(port, CultureInfo.InvariantCulture, out var number) && number > MostPort))
        {
            return $"{name}; it must be an address with a port, such as http://127.0.0.1:8080.";
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            return port.Length > 0 && number == 0 ? $"{name}; for any free port write http://127.0.0.1:0." : null;
        }

        IPAddress? address = null;
        if (host is not ("*" or "+") && !IPAddress.TryParse(host, out address))
        {
            return $"{name}; instead of {host} it must have localhost, an address in digits, or * for all of this machine's.";
        }

        var isOpen = address is null || !IPAddress.IsLoopback(address);
        return isOpen && unlessLoopback is not null ? $"{name}, {unlessLoopback}" : null;
    }

    // In Kestrel's own order: its endpoints come before addresses, and those before ports.
    private static IEnumerable<(string Setting, string? Url)> Told(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection(Endpoints).GetChildren().ToList();
        if (endpoints.Count > 0)
        {
            return endpoints.Select(endpoint => ($"Kestrel__Endpoints__{endpoint.Key}__Url", endpoint["Url"]));
        }

        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        return urls.Length > 0
            ? urls.Select(url => (Urls, (string?)url))
            :
            [
                .. Split(configuration[WebHostDefaults.HttpPortsKey])
                    .Select(port => ("HTTP_PORTS", (string?)$"http://*:{port}")),
                .. Split(configuration[WebHostDefaults.HttpsPortsKey])
                    .Select(port => ("HTTPS_PORTS", (string?)$"https://*:{port}")),
            ];
    }

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(
        @"\Ahttps?://(?<host>[^][:/?#@\s]+|\[[^][/\s]+\])(:(?<port>[0-9]{1,5}))?/?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Address();
}
