namespace OrderFunctions.Sandbox.Control;

internal sealed record ControlRoute(string Method, string Path, string Does);
