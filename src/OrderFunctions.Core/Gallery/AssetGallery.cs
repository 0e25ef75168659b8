using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using OrderFunctions.Credentials;
using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.Redaction;
using OrderFunctions.Sending;

namespace OrderFunctions.Gallery;

/// <summary>
/// Duel's assets, asked for once in a while and used until then. While Duel can't be had the last good answer stays in
/// use, and so it does while Duel is paused. It shares Duel's channel with the orders, and takes no call from them.
/// </summary>
public sealed partial class AssetGallery(
    ProviderChannels channels,
    ProviderGates gates,
    SecretCache secrets,
    GalleryOptions options,
    TimeProvider timeProvider,
    ILogger<AssetGallery> logger
)
{
    /// <summary>How long a page with an older answer at hand waits for the newer one.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long a page waits for the first answer.</summary>
    public static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(10);

    // No call was made, so none is counted.
    private static readonly TimeSpan PauseWithoutCall = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private FetchedAssets? _last;
    private DateTimeOffset _next;
    private Task? _fetch;

    /// <returns>Null: Duel has not answered yet.</returns>
    public async Task<FetchedAssets?> GetAsync(CancellationToken cancellationToken)
    {
        Task fetch;
        FetchedAssets? last;
        lock (_gate)
        {
            if (_fetch is not { IsCompleted: false } && timeProvider.GetUtcNow() >= _next)
            {
                // Nobody's own: a page that is closed must not end it for the others.
                _fetch = Task.Run(FetchAsync, CancellationToken.None);
            }

            (fetch, last) = (_fetch ?? Task.CompletedTask, _last);
        }

        try
        {
            await fetch.WaitAsync(last is null ? FirstPatience : Patience, timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            return last;
        }

        lock (_gate)
        {
            return _last;
        }
    }

    private async Task FetchAsync()
    {
        var channel = channels.Get(DuelProvider.ProviderName);
        var pause = PauseWithoutCall;
        using var pass = await gates.Get(DuelProvider.ProviderName).TryEnterAsync(CancellationToken.None);
        try
        {
            if (pass.Refusal is not null)
            {
                // The log has it already: once, and not each time that nobody was asked.
                return;
            }

            var call = await CallAsync(channel);
            var assets = call.Response is { } response ? DuelAssets.Read(response) : null;
            // "Maximum of 5 retries, with a 5-minute interval between each attempt" (seeds: duel-open-api).
            pause = assets is null ? channel.Provider.RetryInterval ?? options.CacheFor : options.CacheFor;
            if (assets is not null)
            {
                lock (_gate)
                {
                    _last = new FetchedAssets(assets, call.At);
                }

                return;
            }

            // Without Duel's words: a log has nobody's.
            var reason = call.Response switch
            {
                null => call.Failure!.Reason,
                { IsSuccess: true } => "it answered with something else than the documented array, or with too much",
                var answer => $"it answered {answer.StatusCode}",
            };
            Failed(reason, pause);
        }
        catch (Exception error) when (error is CallNotMadeException or CredentialUnavailableException)
        {
            Failed(error.Message, pause);
        }
        finally
        {
            lock (_gate)
            {
                _next = timeProvider.GetUtcNow() + pause;
            }
        }
    }

    // With the secret as we have it; where that is refused, once more with the renewed one.
    private async Task<ProviderCall> CallAsync(ProviderChannel channel)
    {
        var authorizer = new Authorizer(secrets, new Redactor());
        var request = DuelAssets.Request();
        AuthenticationHeaderValue? used = null;
        while (true)
        {
            var header = await authorizer.AuthorizeAsync(request.Credential, used is not null, CancellationToken.None);
            var call = await channel.CallAsync(request, header, CancellationToken.None);
            if (call.Response is not { StatusCode: 401 or 403 } || used is not null)
            {
                return call;
            }

            used = header;
        }
    }

    [LoggerMessage(
        300,
        LogLevel.Warning,
        "gallery.failed Duel's assets: {Reason}; the last good answer stays in use, next try in {Pause}"
    )]
    private partial void Failed(string reason, TimeSpan pause);
}

/// <param name="Items">Newest first.</param>
/// <param name="At">When Duel was asked.</param>
public sealed record FetchedAssets(IReadOnlyList<DuelAsset> Items, DateTimeOffset At);
