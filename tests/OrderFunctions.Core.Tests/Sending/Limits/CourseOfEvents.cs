using FsCheck;
using FsCheck.Fluent;

namespace OrderFunctions.Core.Tests.Sending.Limits;

/// <summary>
/// What happens to some instances that share a limit: calls, slow ones among them, crashes, a store that fails, clocks that
/// are set. The choices say it, so that it always goes alike.
/// </summary>
internal sealed record CourseOfEvents(int Limit, int Instances, IReadOnlyList<int> Choices)
{
    private const int MostChoices = 300;

    // So that no two clocks are further apart than is allowed.
    private const int MostSkewSeconds = 5;

    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromTicks(1),
        TimeSpan.FromSeconds(0.3),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(4.9),
        TimeSpan.FromSeconds(10),
        TimeSpan.FromSeconds(31),
        TimeSpan.FromSeconds(60),
    ];

    public static Arbitrary<CourseOfEvents> Any { get; } =
        Arb.From(
            from limit in Gen.Choose(1, 40)
            from instances in Gen.Choose(1, 5)
            from length in Gen.Choose(0, MostChoices)
            from choices in Gen.ArrayOf(Gen.Choose(0, 99_999), length)
            select new CourseOfEvents(limit, instances, choices),
            Smaller
        );

    public override string ToString() => $"limit {Limit}, {Instances} instances, choices {string.Join(", ", Choices)}";

    public SimulatedInstances Run()
    {
        var instances = new SimulatedInstances(Limit, Instances);
        foreach (var choice in Choices)
        {
            Do(instances, choice % 20, choice / 20 % Instances, choice / 20 / Instances);
        }

        return instances;
    }

    private static void Do(SimulatedInstances instances, int what, int instance, int rest)
    {
        switch (what)
        {
            case < 8:
                Begin(instances, instance, rest);
                break;
            case < 11:
                instances.End(instance, rest);
                break;
            case < 15:
                instances.AdvanceTo(instances.Time.GetUtcNow() + Waits[rest % Waits.Length]);
                break;
            case 15:
                instances.Crash(instance);
                break;
            case 16:
                instances.Skew(instance, TimeSpan.FromSeconds((rest % (2 * MostSkewSeconds + 1)) - MostSkewSeconds));
                break;
            case 17:
                instances.Store.LosesNextAnswer = true;
                break;
            case 18 when instances.Count > 1:
                instances.Store.Meanwhile = () => Begin(instances, (instance + 1) % instances.Count, rest);
                break;
            default:
                instances.Store.IsDown = rest % 3 == 0;
                instances.GiveBack(instance);
                break;
        }
    }

    // As many as a burst has, now and then.
    private static void Begin(SimulatedInstances instances, int instance, int rest)
    {
        for (var call = 0; call <= rest % 50 && instances.TryBegin(instance); call++) { }
    }

    private static IEnumerable<CourseOfEvents> Smaller(CourseOfEvents course)
    {
        for (var size = course.Choices.Count / 2; size > 0; size /= 2)
        {
            for (var from = 0; from + size <= course.Choices.Count; from += size)
            {
                yield return course with
                {
                    Choices = [.. course.Choices.Take(from), .. course.Choices.Skip(from + size)],
                };
            }
        }
    }
}
