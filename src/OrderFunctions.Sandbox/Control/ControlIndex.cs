namespace OrderFunctions.Sandbox.Control;

/// <summary>What GET / answers.</summary>
internal sealed record ControlIndex(
    string Name,
    string Description,
    IReadOnlyList<string> Providers,
    IReadOnlyList<ControlRoute> Routes
);
