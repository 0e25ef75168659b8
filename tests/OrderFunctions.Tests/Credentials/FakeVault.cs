using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using OrderFunctions.App.Credentials;

namespace OrderFunctions.Tests.Credentials;

/// <summary>Speaks Key Vault's REST API to the real client, challenge and all; can be broken, held back and counted.</summary>
internal sealed class FakeVault : HttpMessageHandler
{
    public const string Uri = "https://shop.vault.azure.net/";
    public const string Tenant = "9d1c9f3e-6a0b-4a70-9a53-0e6b1c7f5a11";

    private readonly ConcurrentDictionary<string, (string Value, JsonObject Attributes)> _secrets = new();
    private readonly SemaphoreSlim _asked = new(0);
    private TaskCompletionSource? _held;
    private int _fetches;

    public FakeCredential Credential { get; } = new();

    /// <summary>The requests that came with a token.</summary>
    public int Fetches => Volatile.Read(ref _fetches);

    /// <summary>Answers instead of the vault; null: the vault does.</summary>
    public Func<HttpResponseMessage?>? Instead { get; set; }

    public string this[string name]
    {
        set => Set(name, value);
    }

    public void Set(string name, string value, DateTimeOffset? expires = null, DateTimeOffset? notBefore = null)
    {
        var attributes = new JsonObject { ["enabled"] = true, ["recoveryLevel"] = "Recoverable+Purgeable" };
        if (expires is { } exp)
        {
            attributes["exp"] = exp.ToUnixTimeSeconds();
        }

        if (notBefore is { } nbf)
        {
            attributes["nbf"] = nbf.ToUnixTimeSeconds();
        }

        _secrets[name] = (value, attributes);
    }

    public void Delete(string name) => _secrets.TryRemove(name, out _);

    public void Answer(HttpStatusCode status, string body = "", int? retryAfter = null) =>
        Instead = () =>
        {
            var answer = Json(status, body);
            answer.Headers.RetryAfter = retryAfter is { } seconds
                ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds))
                : null;
            return answer;
        };

    public void Refuse(string innerCode) =>
        Answer(HttpStatusCode.Forbidden, Error("Forbidden", "Caller oid=0a1b is not authorized.", innerCode));

    public void BreakConnections() =>
        Instead = () => throw new HttpRequestException("Name or service not known (shop.vault.azure.net:443)");

    public void Mend() => Instead = null;

    /// <summary>Lets requests wait until <see cref="Release"/>.</summary>
    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release()
    {
        _held?.SetResult();
        _held = null;
    }

    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30)));

    /// <param name="patient">With the waits between attempts that the app has; else without.</param>
    public SecretClient Client(bool patient = false)
    {
        var options = KeyVaultSecretStore.ClientOptions();
        options.Transport = new HttpClientTransport(this);
        if (!patient)
        {
            (options.Retry.Delay, options.Retry.MaxDelay) = (TimeSpan.Zero, TimeSpan.Zero);
        }

        return new SecretClient(new Uri(Uri), Credential, options);
    }

    public KeyVaultSecretStore Store(TimeProvider time, bool patient = false) => new(Client(patient), time);

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Headers.Authorization is null)
        {
            return Challenge();
        }

        Interlocked.Increment(ref _fetches);
        _asked.Release();
        await (_held?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);
        if (Instead?.Invoke() is { } answer)
        {
            answer.RequestMessage = request;
            return answer;
        }

        return Credential.Gave(request.Headers.Authorization) ? Read(request) : Challenge();
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The store is asynchronous throughout.");

    private HttpResponseMessage Read(HttpRequestMessage request)
    {
        var path = request.RequestUri!.AbsolutePath.Trim('/').Split('/');
        Assert.Equal((HttpMethod.Get, "secrets", 2), (request.Method, path[0], path.Length));
        Assert.Contains("api-version=", request.RequestUri.Query, StringComparison.Ordinal);
        if (!_secrets.TryGetValue(path[1], out var secret))
        {
            return Json(
                HttpStatusCode.NotFound,
                Error("SecretNotFound", $"A secret with (name/id) {path[1]} was not found in this key vault.")
            );
        }

        var version = secret.Value.Length.ToString("x32", CultureInfo.InvariantCulture);
        var body = new JsonObject
        {
            ["value"] = secret.Value,
            ["id"] = $"{Uri}secrets/{path[1]}/{version}",
            ["attributes"] = secret.Attributes.DeepClone(),
        };
        return Json(HttpStatusCode.OK, body.ToJsonString());
    }

    private static HttpResponseMessage Challenge()
    {
        var answer = Json(HttpStatusCode.Unauthorized, Error("Unauthorized", "AKV10000: Request is missing a token."));
        answer.Headers.WwwAuthenticate.ParseAdd(
            $"Bearer authorization=\"https://login.microsoftonline.com/{Tenant}\", resource=\"https://vault.azure.net\""
        );
        return answer;
    }

    private static string Error(string code, string message, string? innerCode = null)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (innerCode is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = innerCode };
        }

        return new JsonObject { ["error"] = error }.ToJsonString();
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
