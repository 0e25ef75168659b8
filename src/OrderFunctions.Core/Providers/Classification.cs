namespace OrderFunctions.Providers;

/// <summary>What a provider's answer means.</summary>
public abstract record Classification
{
    private Classification() { }

    /// <param name="Reference">The provider's own id for the order, where it gives one.</param>
    public sealed record Delivered(string? Reference = null) : Classification;

    /// <summary>The answer to a look-up: go on with the next step.</summary>
    public sealed record Found(LookedUp Order) : Classification;

    /// <summary>Worth sending again.</summary>
    /// <param name="Uncertain">Whether the provider may have taken the call all the same.</param>
    public sealed record Retry(string Reason, bool Uncertain) : Classification;

    /// <summary>Sending it again would not help.</summary>
    public sealed record Rejected(string Reason) : Classification;

    /// <summary>The credentials were refused.</summary>
    public sealed record CredentialRefused : Classification;
}
