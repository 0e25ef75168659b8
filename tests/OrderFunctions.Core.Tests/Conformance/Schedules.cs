namespace OrderFunctions.Core.Tests.Conformance;

/// <summary>design.md, Outcomes: "30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h, 10 h".</summary>
internal static class Schedules
{
    public static readonly TimeSpan[] Usual =
    [
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(10),
    ];
}
