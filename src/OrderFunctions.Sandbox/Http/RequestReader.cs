using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.Http;

/// <summary>Reads a request whole, before anybody looks at it.</summary>
internal static class RequestReader
{
    public static async Task<SandboxRequest> ReadAsync(HttpContext context, TimeProvider timeProvider)
    {
        var request = context.Request;
        var (body, tooLarge) = await ReadBodyAsync(request.Body, context.RequestAborted);
        var (json, problem) = tooLarge ? (null, null) : JsonBody.Parse(body);
        var target = Target(context);
        var authorization = request.Headers.Authorization.ToString();
        return new SandboxRequest
        {
            At = timeProvider.GetUtcNow(),
            Method = request.Method,
            Target = target,
            Segments = Segments(target),
            Query = request.Query,
            Headers = request.Headers.ToDictionary(
                header => header.Key,
                header =>
                    header.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
                        ? Masked(authorization)
                        : header.Value.ToString(),
                StringComparer.OrdinalIgnoreCase
            ),
            Authorization = authorization.Length == 0 ? null : authorization,
            TooLarge = tooLarge,
            Json = json,
            JsonProblem = problem,
        };
    }

    private static async Task<(byte[] Body, bool TooLarge)> ReadBodyAsync(Stream stream, CancellationToken ct)
    {
        using var whole = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(chunk, ct)) > 0)
            {
                whole.Write(chunk, 0, read);
                if (whole.Length > SandboxRequest.BodyLimit)
                {
                    return ([], true);
                }
            }

            return (whole.ToArray(), false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static string Target(HttpContext context)
    {
        // Request.Path is already unescaped in part; an order id may hold a slash or a percent sign.
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        return raw.StartsWith('/')
            ? raw
            : $"/{context.Request.Path.ToUriComponent().TrimStart('/')}{context.Request.QueryString}";
    }

    private static string[] Segments(string target)
    {
        var path = target.Split('?', 2)[0][1..];
        return path.Length == 0 ? [] : [.. path.Split('/').Select(Uri.UnescapeDataString)];
    }

    private static string Masked(string authorization) =>
        authorization.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space
            ? $"{authorization[..space]} ***"
            : "***";
}
