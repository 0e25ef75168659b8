using Microsoft.Extensions.Logging;

namespace OrderFunctions.Credentials;

/// <summary>Every log line about fetching secrets; at most one per secret and pause while the store fails.</summary>
internal static partial class SecretLog
{
    [LoggerMessage(1, LogLevel.Error, "secret.unavailable {Secret}: {Reason}")]
    public static partial void Unavailable(ILogger logger, Exception? error, string secret, string reason);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "secret.stale {Secret}: {Reason} The value it had is used on, for at most {Lifetime} since it was last confirmed"
    )]
    public static partial void Stale(ILogger logger, Exception? error, string secret, string reason, TimeSpan lifetime);

    [LoggerMessage(3, LogLevel.Information, "secret.recovered {Secret} can be fetched again")]
    public static partial void Recovered(ILogger logger, string secret);
}
