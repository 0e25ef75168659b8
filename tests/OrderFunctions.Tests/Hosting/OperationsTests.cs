using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrderFunctions.App.Functions;
using OrderFunctions.Diagnostics;
using OrderFunctions.Journaling;
using static OrderFunctions.Tests.Hosting.InfrastructureTests;

namespace OrderFunctions.Tests.Hosting;

/// <summary>What runbook, workbook, dashboard, alerts and operating.md name is there, and what is there they name.</summary>
public sealed partial class OperationsTests
{
    private static readonly string Runbook = Text("docs/runbook.md");
    private static readonly string Operating = Text("docs/operating.md");
    private static readonly string Alerts = Text("infra/modules/alerts.bicep");
    private static readonly string Workbook = Text("infra/workbook.json");
    private static readonly string Dashboard = Text("infra/grafana-dashboard.json");

    // By name.
    private static readonly Dictionary<string, Instrument> Metrics = Instruments();
    private static readonly HashSet<string> LogEvents = [.. OperatorEvents.Types, .. LoggedEvents()];

    public static TheoryData<string, string> Named()
    {
        var named = new TheoryData<string, string>();
        foreach (
            var (where, text) in new[]
            {
                ("runbook", Runbook),
                ("workbook", Workbook),
                ("dashboard", Dashboard.Replace(@"\\\\.", ".", StringComparison.Ordinal)),
                ("alerts", Alerts),
            }
        )
        {
            var quoted = EventName().Matches(text).Select(match => match.Groups["name"].Value);
            foreach (var name in quoted.Where(name => !IsOthers(name)).Distinct())
            {
                named.Add(where, name);
            }
        }

        return named;
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void Every_metric_and_log_event_that_is_named_is_there(string where, string name) =>
        Assert.True(
            Metrics.ContainsKey(name) || LogEvents.Contains(name) || name == "http.response.status_code",
            $"The {where} names {name}, which is neither a metric nor a log event of ours."
        );

    [Fact]
    public void The_dashboard_asks_Prometheus_for_the_names_that_it_makes_of_ours()
    {
        var asked = PrometheusName().Matches(Dashboard).Select(match => match.Value).Distinct().ToList();
        var ours = Metrics.Values.SelectMany(InPrometheus).ToHashSet();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(name, ours));
        // Each is shown in some way.
        Assert.All(Metrics.Values, metric => Assert.Contains(InPrometheus(metric), name => asked.Contains(name)));
    }

    [Fact]
    public void The_workbook_shows_every_metric_and_the_operator_s_events()
    {
        Assert.All(Metrics.Keys, name => Assert.Contains($"\\\"{name}\\\"", Workbook, StringComparison.Ordinal));
        Assert.All(
            OperatorEvents.Types,
            name => Assert.Contains($"\\\"{name}\\\"", Workbook, StringComparison.Ordinal)
        );
        Assert.NotNull(JsonNode.Parse(Workbook)!["items"]);
        Assert.Contains(
            "loadTextContent('../workbook.json')",
            Text("infra/modules/workbook.bicep"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_runbook_has_a_section_for_each_operator_event_and_each_alert_links_to_one()
    {
        var sections = Heading()
            .Matches(Runbook)
            .Select(match => Slug().Replace(match.Groups[1].Value.ToLowerInvariant().Replace(' ', '-'), ""))
            .ToList();
        var linked = Regex.Matches(Alerts, "section: '(.*)'").Select(match => match.Groups[1].Value).ToList();

        Assert.All(
            OperatorEvents.Types,
            type => Assert.Contains(type.Replace(".", "", StringComparison.Ordinal), sections)
        );
        Assert.All(linked, section => Assert.Contains(section, sections));
        Assert.Equal(Regex.Count(Alerts, "\n    name: '[a-z-]+'\n"), linked.Count);
        Assert.Equal(2, Regex.Count(Alerts, Regex.Escape("${runbook}#${alert.section}")));
    }

    [Fact]
    public void Operating_lists_every_metric_with_its_unit_and_every_event_with_its_id()
    {
        var rows = Operating.Split('\n');
        Assert.All(
            Metrics.Values,
            metric =>
                Assert.Contains(
                    rows,
                    row =>
                        row.StartsWith("| `", StringComparison.Ordinal)
                        && row.Contains($"`{metric.Name}`", StringComparison.Ordinal)
                        && row.Contains($"| `{metric.Unit}` |", StringComparison.Ordinal)
                )
        );
        Assert.All(
            OperatorEvents.Types,
            type => Assert.Contains(rows, row => Regex.IsMatch(row, $@"\A\| `{Regex.Escape(type)}` \| \d+ \|"))
        );
    }

    // Files, and words of Azure's.
    private static bool IsOthers(string name) => name is "odata.type" || name.Split('.')[^1] is "md" or "json";

    // Prometheus' translation of OTLP: dots, units and the kind of instrument go into the name.
    private static IEnumerable<string> InPrometheus(Instrument metric)
    {
        var name = metric.Name.Replace('.', '_') + (metric.Unit == "s" ? "_seconds" : "");
        return metric switch
        {
            Counter<long> => [$"{name}_total"],
            Histogram<double> => [$"{name}_bucket", $"{name}_count", $"{name}_sum"],
            _ => [name],
        };
    }

    private static Dictionary<string, Instrument> Instruments()
    {
        var found = new Dictionary<string, Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == Telemetry.Name)
            {
                found[instrument.Name] = instrument;
            }
        };
        RuntimeHelpers.RunClassConstructor(typeof(Telemetry).TypeHandle);
        listener.Start();
        return found;
    }

    private static IEnumerable<string> LoggedEvents() =>
        new[] { typeof(Telemetry), typeof(RetryFunctions), typeof(Journal) }
            .SelectMany(type => type.Assembly.GetTypes())
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public
                )
            )
            .SelectMany(method => method.GetCustomAttributesData())
            .Where(attribute => attribute.AttributeType.Name == "LoggerMessageAttribute")
            .Select(attribute => $"{attribute.ConstructorArguments[^1].Value}".Split(' ')[0]);

    // In backticks, in quotes or before a blank within them.
    [GeneratedRegex("""[`"'(|](?<name>[a-z]+(\.[a-z_-]+)+)[`"'\\ |)]""")]
    private static partial Regex EventName();

    [GeneratedRegex(@"\b[a-z]+(_[a-z]+)*_(total|bucket|count|sum)\b|\bcircuit_state\b")]
    private static partial Regex PrometheusName();

    [GeneratedRegex("^## (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9-]")]
    private static partial Regex Slug();
}
