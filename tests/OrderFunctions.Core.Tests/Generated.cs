using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using OrderFunctions.TestKit;

namespace OrderFunctions.Core.Tests;

/// <summary>What tests by generated values have in common: the seed, and to tell the smallest value that fails.</summary>
internal static class Generated
{
    /// <param name="tell">What a person needs to know of the smallest value that fails.</param>
    public static void Check<T>(Arbitrary<T> any, int runs, Func<T, bool> isWell, Func<T, string> tell)
        where T : class
    {
        T? smallest = null;
        var property = Prop.ForAll(
            any,
            value =>
            {
                if (isWell(value))
                {
                    return true;
                }

                // The last that fails is the one that could not be made smaller.
                smallest = value;
                return false;
            }
        );
        var config = Config
            .QuickThrowOnFailure.WithMaxTest(runs)
            .WithQuietOnSuccess(true)
            .WithReplay(new Replay(new Rnd((ulong)RandomOrder.Seed), FSharpOption<int>.None));
        var failure = Record.Exception(() => property.Check(config));
        Assert.True(
            failure is null,
            smallest is null ? failure?.ToString() : $"TEST_SEED={RandomOrder.Seed}\n{tell(smallest)}"
        );
    }
}
