using System.Text.Json.Nodes;
using OrderFunctions.Sandbox.Faults;
using OrderFunctions.TestKit;
using OrderFunctions.TestKit.Import;

namespace OrderFunctions.Local.Tests.Import;

/// <summary>Against the real host and the sandbox.</summary>
public sealed class ImportTests
{
    [Fact]
    public async Task A_month_imported_twice_is_told_once_and_the_report_says_so()
    {
        const int orders = 2000;
        await using var system = await LocalSystem.StartAsync();
        // Duel takes 1,500 calls in any minute.
        using var file = new ImportFile(
            Enumerable.Range(0, orders).Select(i => ImportFile.Event($"o-{i}", json => OnlySomeToDuel(json, i)))
        );

        var first = await file.RunAsync(system.Host.Url, options => options with { Verify = true });
        await system.IdleAsync();
        var told = system.Sandbox.Received().Count;
        system.Sandbox.Clear();
        var second = await file.RunAsync(system.Host.Url, options => options with { Verify = true });
        await system.IdleAsync();

        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Equal(
            ("2,000", "2,000", "0"),
            (second.Number("lines read"), second.Number("accepted"), second.Number("refused"))
        );
        Assert.Contains("Calls for these orders since", first.Output, StringComparison.Ordinal);
        Assert.Equal((orders * (Samples.ProviderNames.Length - 1)) + (orders / 2), told);
        Assert.Empty(system.Sandbox.Received());
        Assert.Contains("No provider was called for these orders since", second.Output, StringComparison.Ordinal);
        Assert.Contains("all of it was told already", second.Output, StringComparison.Ordinal);
        Assert.Equal(("1,000", "0"), (second.Row("duel")["delivered"], second.Row("duel")["calls"]));
        Assert.All(
            Samples.ProviderNames.Except(["duel"]),
            name => Assert.Equal(("2,000", "0"), (second.Row(name)["delivered"], second.Row(name)["calls"]))
        );
        Assert.False(file.HasCheckpoint);
    }

    [Fact]
    public async Task A_platform_that_lost_a_month_is_told_it_anew_and_the_others_are_not()
    {
        const int orders = 300;
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(Enumerable.Range(0, orders).Select(i => ImportFile.Event($"o-{i}")));
        await file.RunAsync(system.Host.Url);
        await system.IdleAsync();
        system.Sandbox.Clear();

        var again = await file.RunAsync(
            system.Host.Url,
            options =>
                options with
                {
                    Verify = true,
                    Wait = TimeSpan.FromMinutes(1),
                    Again = ["duel", "avantlink"],
                    By = "kim",
                }
        );

        Assert.Equal(0, again.ExitCode);
        Assert.Equal("duel, avantlink, asked by kim", again.Number("told anew"));
        Assert.Equal(
            (orders, 0, 0),
            (system.Sandbox.Count("duel"), system.Sandbox.Count("avantlink"), system.Sandbox.Count("retrack"))
        );
        Assert.Equal(("300", "300"), (again.Row("duel")["delivered"], again.Row("duel")["calls"]));
        Assert.Equal(("300", "0"), (again.Row("avantlink")["delivered"], again.Row("avantlink")["calls"]));
    }

    [Fact]
    public async Task A_platform_that_there_is_not_is_told_and_the_import_ends()
    {
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(ImportFile.Event("o-1"));

        var again = await file.RunAsync(system.Host.Url, options => options with { Again = ["duell"] });

        Assert.Equal(1, again.ExitCode);
        Assert.Contains("--again must name providers that are enabled", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_file_is_accepted_and_told_whole()
    {
        await using var system = await LocalSystem.StartAsync();
        var sample = Path.Combine(AppContext.BaseDirectory, "samples", "orders.ndjson");
        using var file = new ImportFile(await File.ReadAllBytesAsync(sample));

        var import = await file.RunAsync(system.Host.Url);
        await system.IdleAsync();

        Assert.Equal((0, "6", "6"), (import.ExitCode, import.Number("lines read"), import.Number("accepted")));
        Assert.All(Samples.ProviderNames, name => Assert.NotEqual(0, system.Sandbox.Count(name)));
        Assert.All(system.Sandbox.Received(), request => Assert.Null(request.Problem));
    }

    [Fact]
    public async Task The_report_counts_each_call_of_this_import_and_what_is_still_to_come()
    {
        await using var system = await LocalSystem.StartAsync();
        system.Sandbox.InjectFault("katalys", new Fault { Status = 500 });
        using var file = new ImportFile(ImportFile.Event("o-1", json => json["providers"] = new JsonArray("Katalys")));

        var import = await file.RunAsync(system.Host.Url, options => options with { Verify = true });

        Assert.Equal("1", import.Row("katalys")["retrying"]);
        Assert.Contains("Deliveries still to come: 1.", import.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("told already", import.Output, StringComparison.Ordinal);
        Assert.Equal(0, import.ExitCode);
    }

    [Fact]
    public async Task A_parked_delivery_is_told_and_makes_the_import_end_with_1()
    {
        await using var system = await LocalSystem.StartAsync();
        system.Sandbox.InjectFault("katalys", new Fault { Status = 400 });
        using var file = new ImportFile(ImportFile.Event("o-1"));
        await file.RunAsync(system.Host.Url);
        await system.IdleAsync();

        var import = await file.RunAsync(system.Host.Url, options => options with { Verify = true });

        Assert.Equal(("1", "1"), (import.Row("katalys")["parked"], import.Row("duel")["delivered"]));
        Assert.Contains("Deliveries that are parked for a person: 1.", import.Output, StringComparison.Ordinal);
        Assert.Equal(1, import.ExitCode);
    }

    [Fact]
    public async Task An_older_event_delivered_does_not_pass_for_the_newer_one_of_the_file()
    {
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(ImportFile.Event("o/1 ä"), "");
        await file.RunAsync(system.Host.Url);
        await system.IdleAsync();
        system.Sandbox.InjectFault("duel", new Fault { Hang = true });
        file.Append(
            ImportFile.Event(
                "o/1 ä",
                json =>
                {
                    json["occurredAt"] = "2025-11-22T00:00:00Z";
                    json["order"]!["total"] = 126;
                }
            )
        );

        var import = await file.RunAsync(system.Host.Url, options => options with { Verify = true });

        Assert.Equal(("0", "0"), (import.Row("duel")["delivered"], import.Row("duel")["calls"]));
        Assert.DoesNotContain("told already", import.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_are_refused_with_all_that_is_wrong_and_the_good_ones_of_their_batch_accepted()
    {
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(
            ImportFile.Event("o-1"),
            ImportFile.Event(
                "o-2",
                json =>
                {
                    json["order"]!["total"] = -1;
                    json["order"]!["taxx"] = 1;
                }
            ),
            "",
            "not json",
            ImportFile.Event("o-3"),
            "[]",
            ImportFile.Event("o-4") + "{}",
            new string('[', 63) + new string(']', 63),
            new string('[', 64) + new string(']', 64),
            ImportFile.Event("o-5", json => json["order"]!["lines"]![0]!["name"] = new string('x', 200 * 1024)),
            ImportFile.Event("o-6")
        );

        var import = await file.RunAsync(system.Host.Url, options => options with { Verify = true });

        Assert.Equal(1, import.ExitCode);
        Assert.Equal(("10", "3"), (import.Number("lines read"), import.Number("accepted")));
        Assert.Equal($"7, see {file.FullName}.refused", import.Number("refused"));
        Assert.Contains("How the orders stand (3)", import.Output, StringComparison.Ordinal);
        Assert.Equal(
            [
                """{"line":2,"errors":{"$.order.total":["must not be negative"],"$.order.taxx":["is not a known field; did you mean 'tax'?"]}}""",
                """{"line":4,"errors":{"$":["is not JSON: position 2"]}}""",
                """{"line":6,"errors":{"$":["must be an object, not an array"]}}""",
            ],
            file.Refused.Take(3)
        );
        Assert.StartsWith("""{"line":7,"errors":{"$":["is not JSON""", file.Refused[3], StringComparison.Ordinal);
        Assert.Equal("""{"line":8,"errors":{"$":["must be an object, not an array"]}}""", file.Refused[4]);
        Assert.StartsWith("""{"line":9,"errors":{"$":["is not JSON""", file.Refused[5], StringComparison.Ordinal);
        Assert.Contains("an order event has at most 196608", file.Refused[6], StringComparison.Ordinal);
        await system.IdleAsync();
        Assert.Equal(3, system.Sandbox.Count("duel"));
    }

    [Fact]
    public async Task Each_refused_line_has_all_its_errors_though_the_server_tells_of_two_hundred_at_a_time()
    {
        await using var system = await LocalSystem.StartAsync();
        var wrong = Enumerable.Range(0, 30).Select(_ => new JsonObject { ["sku"] = 1, ["quantity"] = -1 });
        using var file = new ImportFile(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    ImportFile.Event(
                        $"o-{i}",
                        json => json["order"]!["lines"] = new JsonArray([.. i == 5 ? [] : wrong])
                    )
                )
        );

        var import = await file.RunAsync(system.Host.Url);

        Assert.Equal(("1", $"9, see {file.FullName}.refused"), (import.Number("accepted"), import.Number("refused")));
        Assert.All(
            file.Refused,
            line =>
                Assert.Equal(90, JsonNode.Parse(line)!["errors"]!.AsObject().Sum(each => each.Value!.AsArray().Count))
        );
    }

    [Fact]
    public async Task Blank_lines_a_byte_order_mark_and_Windows_line_ends_are_accepted()
    {
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(
            System.Text.Encoding.UTF8.GetBytes(
                $"\uFEFF{ImportFile.Event("o-1")}\r\n\r\n  \t\n{ImportFile.Event("o-2")}\r\n{ImportFile.Event("o-3")}"
            )
        );

        var import = await file.RunAsync(system.Host.Url);

        Assert.Equal(
            ("3", "3", "0"),
            (import.Number("lines read"), import.Number("accepted"), import.Number("refused"))
        );
    }

    [Fact]
    public async Task No_personal_value_stands_in_the_report_or_beside_it()
    {
        await using var system = await LocalSystem.StartAsync();
        using var file = new ImportFile(
            ImportFile.Event(
                "o-1",
                json =>
                {
                    json["order"]!["customer"]!["email"] = new string('a', 400) + "kim@example.com";
                    json["order"]!["customer"]!["kim@example.com"] = true;
                    json["order"]!["shippingAddress"]!["postalCode"] = 21119;
                    json["attribution"]!["ipAddress"] = "203.0.113.450";
                    json["attribution"]!["203.0.113.45"] = 1;
                    json["attribution"]!["2001:db8::1"] = 1;
                    json["attribution"]!["fe80::1"] = 1;
                    json["attribution"]!["kim%40example.com"] = 1;
                    json["attribution"]!["14:03:07"] = 1;
                    json["providers"] = new JsonArray("kim@example.com");
                }
            )
        );

        var import = await file.RunAsync(system.Host.Url);

        var all = import.Output + import.Error + string.Join('\n', file.Refused);
        Assert.Contains("must be text, not a number", all, StringComparison.Ordinal);
        Assert.All(
            ["kim@", "kim%40", "21119", "203.0.113", "2001:db8", "fe80"],
            value => Assert.DoesNotContain(value, all, StringComparison.Ordinal)
        );
        Assert.Contains("14:03:07", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("right", 0)]
    [InlineData("wrong-key", 1)]
    [InlineData(null, 1)]
    public async Task The_key_is_sent_and_never_printed(string? key, int exitCode)
    {
        await using var system = await LocalSystem.StartAsync(null, "--Local:ApiKey", "right");
        using var file = new ImportFile(ImportFile.Events(3));

        var import = await file.RunAsync(system.Host.Url, options => options with { Key = key });

        Assert.Equal(exitCode, import.ExitCode);
        if (exitCode != 0)
        {
            Assert.Contains("refuses the key, or wants one", import.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(key ?? "right", import.Output + import.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_provider_is_waited_for()
    {
        await using var system = await LocalSystem.StartAsync();
        system.Sandbox.InjectFault("katalys", new Fault { Delay = TimeSpan.FromSeconds(1) });
        using var file = new ImportFile(ImportFile.Events(2));

        var import = await file.RunAsync(
            system.Host.Url,
            options => options with { Verify = true, Wait = TimeSpan.FromSeconds(60) }
        );

        Assert.All(Samples.ProviderNames, provider => Assert.Equal("2", import.Row(provider)["delivered"]));
        Assert.Equal(0, import.ExitCode);
    }

    private static void OnlySomeToDuel(JsonObject json, int i)
    {
        if (i % 2 == 0)
        {
            json["providers"] = new JsonArray([
                .. Samples.ProviderNames.Except(["duel"]).Select(name => (JsonNode)name),
            ]);
        }
    }
}
