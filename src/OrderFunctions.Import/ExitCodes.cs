namespace OrderFunctions.Import;

/// <summary>What the commands end with.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Something was refused or failed, or the run was stopped before its end.</summary>
    public const int NotAll = 1;

    public const int WrongUsage = 2;
}
