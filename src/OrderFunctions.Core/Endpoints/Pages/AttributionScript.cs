using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace OrderFunctions.Endpoints.Pages;

/// <summary>GET /attribution.js: the shop's script, minified. Its source is attribution.js in this folder.</summary>
public static class AttributionScript
{
    // A shop's pages ask again after an hour at the latest, and mostly get a 304.
    private const string CacheControl = "public, max-age=3600";

    private static readonly byte[] Script = Read();
    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(Script))}\"");

    public static IResult Get(HttpResponse response)
    {
        response.Headers.CacheControl = CacheControl;
        return Results.Bytes(Script, "text/javascript; charset=utf-8", entityTag: Tag);
    }

    private static byte[] Read()
    {
        using var stream = typeof(AttributionScript).Assembly.GetManifestResourceStream("attribution.js")!;
        var script = new byte[stream.Length];
        stream.ReadExactly(script);
        return script;
    }
}
