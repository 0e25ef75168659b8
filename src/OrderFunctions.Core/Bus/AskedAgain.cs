namespace OrderFunctions.Bus;

/// <summary>A person's word that providers are to be told of an event anew, though they were told: they may have lost it.</summary>
/// <param name="Providers">Who is to be told anew; the others are told only what is news to them.</param>
/// <param name="At">When it was asked. The same ask that comes twice is acted on once.</param>
/// <param name="By">Who asked, by their own account; null: they did not say.</param>
/// <param name="IsForced">Also where the provider takes an order once.</param>
public sealed record AskedAgain(IReadOnlyList<string> Providers, DateTimeOffset At, string? By, bool IsForced)
{
    /// <summary>The longest name that is taken.</summary>
    public const int MostCharacters = 100;
}
