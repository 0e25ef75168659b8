namespace OrderFunctions.Sandbox.Fields;

internal enum Need
{
    Optional,
    Required,
}
