using System.Threading.RateLimiting;
using OrderFunctions.Endpoints;

namespace OrderFunctions.Local;

/// <summary>
/// Local__KeyRequestsPerMinute and Local__AddressRequestsPerMinute, by ASP.NET Core's rate limiter. In Azure the gateway in
/// front does this.
/// </summary>
internal static class RequestLimits
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void AddRequestLimits(this IServiceCollection services, LocalOptions local, ApiKeys keys) =>
        services.AddRateLimiter(limiter =>
        {
            // The address first: a request too many uses up nothing of its key's share.
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                Each(
                    local.AddressRequestsPerMinute,
                    request => request.Path.StartsWithSegments("/health") ? null : CallerLimit.CallerOf(request)
                ),
                Each(
                    local.KeyRequestsPerMinute,
                    request => request.Path.StartsWithSegments("/api") ? keys.NameOf(request) : null
                )
            );
            limiter.OnRejected = async (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Window;
                await Problems.TooManyRequests(context.HttpContext.Response, wait).ExecuteAsync(context.HttpContext);
            };
        });

    /// <param name="who">Whom a request counts for; null: nobody.</param>
    private static PartitionedRateLimiter<HttpContext> Each(int? most, Func<HttpRequest, string?> who) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context =>
            most is { } limit && who(context.Request) is { } caller
                ? RateLimitPartition.GetFixedWindowLimiter(
                    caller,
                    _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = Window }
                )
                : RateLimitPartition.GetNoLimiter("")
        );
}
