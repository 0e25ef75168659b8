using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrderFunctions.TestKit;

/// <summary>
/// Runs the tests of a class in an order of chance. The seed is the environment's TEST_SEED, or another each run; it is
/// printed, so that a run can be repeated.
/// </summary>
public sealed class RandomOrder(IMessageSink messages) : ITestCaseOrderer
{
    public const string TypeName = "OrderFunctions.TestKit.RandomOrder";
    public const string AssemblyName = "OrderFunctions.TestKit";

    /// <summary>For tests that leave more to chance than their order.</summary>
    public static int Seed { get; } = EnvironmentNumber.Of("TEST_SEED", Environment.ProcessId);

    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase
    {
        messages.OnMessage(new DiagnosticMessage($"Tests run in an order of chance: TEST_SEED={Seed}"));
        var shuffled = testCases.OrderBy(test => test.UniqueID, StringComparer.Ordinal).ToArray();
        new Random(Seed).Shuffle(shuffled);
        return shuffled;
    }
}
