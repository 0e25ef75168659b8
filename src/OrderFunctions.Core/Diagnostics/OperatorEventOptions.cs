using OrderFunctions.Http;

namespace OrderFunctions.Diagnostics;

/// <summary>OperatorEvents__...: who else hears of what the people on call should know.</summary>
public sealed class OperatorEventOptions
{
    /// <summary>The secret that the webhooks are signed with.</summary>
    public const string Secret = "operator-webhook";

    /// <summary>The one before, while it is rotated: the webhooks are signed with both.</summary>
    public const string PreviousSecret = Secret + "-previous";

    /// <summary>Where each event is sent as a webhook; unset: nowhere, the log has them all the same.</summary>
    public Uri? Url { get; set; }

    /// <param name="hasSecret">Tells whether a secret is there; null where only a later fetch can tell.</param>
    internal IEnumerable<string> Problems(Func<string, bool>? hasSecret)
    {
        if (Url is null)
        {
            yield break;
        }

        if (Url is not { IsAbsoluteUri: true, UserInfo: "" } || !OutgoingAddress.IsSecure(Url))
        {
            yield return "OperatorEvents__Url must be an https address without a user name (http only on this machine).";
        }
        else if (OutgoingAddress.IsReserved(Url))
        {
            yield return $"OperatorEvents__Url {OutgoingAddress.Reserved}";
        }

        if (hasSecret is not null && !hasSecret(Secret))
        {
            yield return $"Credentials__{Secret} is missing: OperatorEvents__Url is set, and its webhooks are signed with it.";
        }
    }
}
