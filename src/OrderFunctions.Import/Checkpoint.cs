namespace OrderFunctions.Import;

/// <summary>How far an import has got: all before <paramref name="Offset"/> was accepted or refused.</summary>
/// <param name="To">Whom the lines were sent to.</param>
/// <param name="Since">When the import began, by the server's clock.</param>
/// <param name="Offset">Where it goes on, in bytes.</param>
/// <param name="Sha256">Of the file's bytes before <paramref name="Offset"/>: another file is not gone on with.</param>
/// <param name="Line">The lines before <paramref name="Offset"/>.</param>
/// <param name="Read">Those of them that are not blank.</param>
/// <param name="RefusedBytes">How long the file of refused lines was; a killed import may have written more.</param>
/// <param name="Providers">Those that an event goes to which names none, as far as the answers have told.</param>
internal sealed record Checkpoint(
    string To,
    DateTimeOffset Since,
    long Offset,
    string Sha256,
    long Line,
    long Read,
    long Accepted,
    long Refused,
    long RefusedBytes,
    IReadOnlyList<string> Providers
);
