using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Faults;

/// <summary>Has a provider respond, or not, with the fault that it has at the moment.</summary>
internal sealed class FaultInjector(ActiveFaults faults, TimeProvider timeProvider)
{
    /// <summary>The response; null when the connection is to be dropped.</summary>
    public async Task<Response?> RespondAsync(
        ProviderApi api,
        SandboxRequest request,
        LoggedRequest logged,
        CancellationToken aborted
    )
    {
        if (faults.Take(api.Name) is not var (fault, rateWait))
        {
            return Handle(api, request, logged);
        }

        if (rateWait is { } wait)
        {
            var refusal = api.TooManyRequests(fault.RequestsPerMinute ?? 0, wait);
            logged.Refused(refusal.Problem);
            return WithHeaders(refusal, fault);
        }

        var handled = fault.ServeFirst ? Handle(api, request, logged) : null;
        if (fault.Delay > TimeSpan.Zero)
        {
            await Task.Delay(fault.Delay, timeProvider, aborted);
        }

        if (fault.Hang)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, aborted);
        }

        if (fault.Drop)
        {
            return null;
        }

        return WithHeaders(Replacement(fault) ?? handled ?? Handle(api, request, logged), fault);
    }

    private static Response Handle(ProviderApi api, SandboxRequest request, LoggedRequest logged)
    {
        var response = api.Handle(request);
        logged.Refused(response.Problem);
        return response;
    }

    // What is sent instead of the provider's own response, if anything.
    private static Response? Replacement(Fault fault)
    {
        var status = fault.Status ?? 200;
        if (fault.BodyBytes is { } size)
        {
            return new Response(status) { Body = Filler(size), ContentType = "application/json" };
        }

        if (fault.Body is { } text)
        {
            var type = text.AsSpan().TrimStart() is ['{' or '[', ..] ? "application/json" : "text/plain; charset=utf-8";
            return new Response(status)
            {
                Body = FaultValidation.EncodingOf(fault)!.GetBytes(text),
                ContentType = type,
            };
        }

        return fault.Status is null ? null : new Response(status);
    }

    /// <summary>JSON of exactly so many bytes: nothing, a digit or a string of words.</summary>
    private static byte[] Filler(int size)
    {
        var body = new byte[size];
        for (var i = 0; i < size; i++)
        {
            body[i] = i % 8 == 7 ? (byte)' ' : (byte)'1';
        }

        if (size > 1)
        {
            body[0] = body[^1] = (byte)'"';
        }

        return body;
    }

    private static Response WithHeaders(Response response, Fault fault)
    {
        if (fault.RetryAfterSeconds is { } seconds)
        {
            response = response.With("Retry-After", FormattableString.Invariant($"{seconds}"));
        }

        return (fault.Headers ?? new Dictionary<string, string>()).Aggregate(
            response,
            (sofar, header) => sofar.With(header.Key, header.Value)
        );
    }
}
