using System.Net.Http.Headers;
using System.Text;

namespace OrderFunctions.Providers;

/// <summary>One HTTP request to a provider, without its credentials' values.</summary>
/// <param name="Purpose">What it is for, in one word of the ledger: create, update, reject, look-up.</param>
/// <param name="Path">Relative to the provider's BaseUrl, escaped, with its query.</param>
/// <param name="Body">JSON in UTF-8, or null.</param>
public sealed record ProviderRequest(
    string Purpose,
    HttpMethod Method,
    string Path,
    Credential Credential,
    byte[]? Body = null
)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public string? UserAgent { get; init; }

    /// <summary>A longer answer is cut off here.</summary>
    public int MostResponseBytes { get; init; } = ProviderResponse.MostBytes;

    /// <summary>Whether it is not made while other calls wait for the provider's rate limit.</summary>
    public bool YieldsToOthers { get; init; }

    public Uri Address(Uri baseUrl) => new($"{baseUrl.AbsoluteUri.TrimEnd('/')}/{Path}");

    public HttpRequestMessage ToHttp(Uri baseUrl, AuthenticationHeaderValue? authorization)
    {
        var message = new HttpRequestMessage(Method, Address(baseUrl));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        message.Headers.Authorization = authorization;
        if (UserAgent is not null)
        {
            message.Headers.UserAgent.ParseAdd(UserAgent);
        }

        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body) { Headers = { ContentType = Json } };
        }

        return message;
    }

    public override string ToString() => $"{Method} {Path}";

    internal string BodyText => Body is null ? "" : Encoding.UTF8.GetString(Body);
}
