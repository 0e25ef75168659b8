using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Azure.Core;
using Azure.Identity;

namespace OrderFunctions.Tests.Credentials;

/// <summary>Gives tokens, or fails to, and remembers what for.</summary>
internal sealed class FakeCredential : TokenCredential
{
    public const string Token = "token-of-the-apps-identity";

    public bool IsBroken { get; set; }

    public ConcurrentQueue<TokenRequestContext> Asked { get; } = new();

    public bool Gave(AuthenticationHeaderValue authorization) =>
        authorization is { Scheme: "Bearer", Parameter: Token };

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The store is asynchronous throughout.");

    public override ValueTask<AccessToken> GetTokenAsync(
        TokenRequestContext requestContext,
        CancellationToken cancellationToken
    )
    {
        Asked.Enqueue(requestContext);
        return IsBroken
            ? throw new AuthenticationFailedException(
                "ManagedIdentityCredential authentication failed: Identity not found",
                new Azure.RequestFailedException(404, "Identity not found")
            )
            : ValueTask.FromResult(new AccessToken(Token, DateTimeOffset.MaxValue));
    }
}
