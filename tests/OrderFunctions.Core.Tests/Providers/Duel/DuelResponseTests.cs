using OrderFunctions.Providers;
using OrderFunctions.Providers.Duel;
using OrderFunctions.TestKit;
using static OrderFunctions.Core.Tests.Providers.ProviderCase;

namespace OrderFunctions.Core.Tests.Providers.Duel;

public sealed class DuelResponseTests
{
    [Theory]
    [InlineData(200, """{"status":"success","result":{}}""")]
    [InlineData(201, """{"status":"something else"}""")]
    [InlineData(200, "[1]")]
    [InlineData(200, "null")]
    [InlineData(200, "<html>OK</html>")]
    [InlineData(200, "")]
    [InlineData(204, "")]
    public void Any_2xx_is_delivered_whatever_its_body(int status, string body) =>
        Assert.Equal(new Outcome.Delivered(), Classify(status, body));

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void Refused_credentials_are_told_apart(int status) =>
        Assert.IsType<Outcome.CredentialRefused>(Classify(status, ""));

    [Theory]
    [InlineData(408, true)]
    [InlineData(425, false)]
    [InlineData(429, false)]
    [InlineData(500, true)]
    [InlineData(502, true)]
    [InlineData(503, true)]
    [InlineData(504, true)]
    public void What_may_pass_is_tried_again(int status, bool isUncertain)
    {
        var retry = Assert.IsType<Outcome.Retry>(Classify(status, "busy"));

        Assert.Equal($"answered {status}: busy", retry.Reason);
        Assert.Equal(isUncertain, retry.MayHaveArrived);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(304)]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    public void Anything_else_is_rejected_with_Duels_words(int status)
    {
        Assert.Equal(new Outcome.Rejected($"answered {status}: no such thing"), Classify(status, "no such thing"));
        Assert.Equal(new Outcome.Rejected($"answered {status}"), Classify(status, ""));
    }

    private static Outcome Classify(int status, string body)
    {
        var duel = new DuelProvider(new DuelOptions());
        return duel.Classify(Sent(duel.Next(Samples.Event(), PriorState.Nothing)), new ProviderResponse(status, body));
    }
}
