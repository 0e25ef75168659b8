using OrderFunctions.Sandbox.Http;

namespace OrderFunctions.Sandbox.Misbehaving;

/// <summary>Lets a provider answer, or not, as it was told to behave.</summary>
internal sealed class Misbehaviour(BehaviourBook behaviours, TimeProvider timeProvider)
{
    /// <summary>The answer; null when the connection is to be dropped.</summary>
    public async Task<Answer?> AnswerAsync(
        IProviderApi api,
        SandboxRequest request,
        RequestEntry entry,
        CancellationToken gone
    )
    {
        if (behaviours.Take(api.Name) is not { } taken)
        {
            return Serve(api, request, entry);
        }

        var behaviour = taken.Behaviour;
        if (taken.RateWait is { } wait)
        {
            var refusal = api.TooManyRequests(behaviour.RequestsPerMinute ?? 0, wait);
            entry.Refused(refusal.Problem);
            return WithHeaders(refusal, behaviour);
        }

        var served = behaviour.ServeFirst ? Serve(api, request, entry) : null;
        if (behaviour.Delay > TimeSpan.Zero)
        {
            await Task.Delay(behaviour.Delay, timeProvider, gone);
        }

        if (behaviour.Hang)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, gone);
        }

        if (behaviour.Drop)
        {
            return null;
        }

        return WithHeaders(Own(behaviour) ?? served ?? Serve(api, request, entry), behaviour);
    }

    private static Answer Serve(IProviderApi api, SandboxRequest request, RequestEntry entry)
    {
        var answer = api.Handle(request);
        entry.Refused(answer.Problem);
        return answer;
    }

    private static Answer? Own(Behaviour behaviour)
    {
        var status = behaviour.Status ?? 200;
        if (behaviour.BodyBytes is { } size)
        {
            return new Answer(status) { Body = Filler(size), ContentType = "application/json" };
        }

        if (behaviour.Body is { } text)
        {
            var type = text.AsSpan().TrimStart() is ['{' or '[', ..] ? "application/json" : "text/plain; charset=utf-8";
            return new Answer(status)
            {
                Body = BehaviourRules.EncodingOf(behaviour)!.GetBytes(text),
                ContentType = type,
            };
        }

        return behaviour.Status is null ? null : new Answer(status);
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

    private static Answer WithHeaders(Answer answer, Behaviour behaviour)
    {
        if (behaviour.RetryAfterSeconds is { } seconds)
        {
            answer = answer.With("Retry-After", FormattableString.Invariant($"{seconds}"));
        }

        return (behaviour.Headers ?? new Dictionary<string, string>()).Aggregate(
            answer,
            (sofar, header) => sofar.With(header.Key, header.Value)
        );
    }
}
