using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace OrderFunctions.Sandbox.Tests;

/// <summary>An answer, read whole.</summary>
internal sealed record Reply(int Status, string Text, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>The sentences of a refusal in the sandbox's own form or in AvantLink's.</summary>
    public IReadOnlyList<string> Problems =>
        Json["errors"] is JsonArray errors
            ? [.. errors.Select(error => error!.GetValue<string>())]
            : [Json["error"]!.GetValue<string>()];

    public static async Task<Reply> ReadAsync(HttpResponseMessage response) =>
        new(
            (int)response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers,
            response.Content.Headers
        );

    public void RefusedWith(int status, string mention)
    {
        Assert.Equal(status, Status);
        Assert.Contains(Problems, problem => problem.Contains(mention, StringComparison.Ordinal));
    }
}
