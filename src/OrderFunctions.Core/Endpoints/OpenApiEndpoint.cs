using Microsoft.AspNetCore.Http;

namespace OrderFunctions.Endpoints;

/// <summary>GET /openapi.json: the contract.</summary>
public static class OpenApiEndpoint
{
    public static IResult Get() => Results.Stream(Open(), "application/json");

    /// <summary>The contract's text, in UTF-8.</summary>
    public static Stream Open() => typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
}
