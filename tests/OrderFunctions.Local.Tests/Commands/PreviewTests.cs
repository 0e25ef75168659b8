using System.Text.Json;
using OrderFunctions.Local.Commands;
using OrderFunctions.TestKit;

namespace OrderFunctions.Local.Tests.Commands;

public sealed class PreviewTests
{
    [Fact]
    public async Task It_is_what_the_route_answers()
    {
        await using var system = await LocalSystem.StartAsync(
            null,
            [.. Samples.ProviderNames.SelectMany(name => new[] { $"--Providers:{name}:Enabled", "true" })]
        );
        var json = Samples.Json(json => json["attribution"]!["retrackClick"] = null).ToJsonString();
        using var answer = await system.PostAsync("api/orders/preview", json);

        var (exitCode, output, error) = await RunAsync(json);

        // The sandbox of a test listens elsewhere.
        var expected = (await answer.Content.ReadAsStringAsync()).Replace(
            system.Host.Sandbox!.Url.AbsoluteUri,
            "http://127.0.0.1:7072/",
            StringComparison.Ordinal
        );
        Assert.Equal((0, expected + "\n", ""), (exitCode, output, error));
        var retrack = JsonElement.Parse(output).GetProperty("providers").EnumerateArray().ElementAt(2);
        Assert.Equal("retrack", retrack.GetProperty("provider").GetString());
        Assert.NotEqual("", retrack.GetProperty("reason").GetString());
        Assert.Contains("\"Authorization\": \"Basic ***\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_with_its_path()
    {
        var (exitCode, output, error) = await RunAsync(
            Samples
                .Json(json =>
                {
                    json["order"]!["total"] = -1;
                    json["order"]!["taxx"] = 1;
                })
                .ToJsonString()
        );

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal(
            "$.order.total: must not be negative\n$.order.taxx: is not a known field; did you mean 'tax'?\n",
            error
        );
    }

    [Fact]
    public async Task Of_very_many_errors_the_first_are_told_and_that_there_are_more()
    {
        var lines = string.Join(',', Enumerable.Repeat("{}", 100));
        var (_, _, error) = await RunAsync($"{{\"order\":{{\"lines\":[{lines}]}}}}");

        Assert.Equal(201, error.TrimEnd().Split('\n').Length);
        Assert.Matches(@"These are the first 200 errors; there are at least [0-9]+ more\.\n\z", error);
    }

    [Theory]
    [InlineData("nonsense", "$: is not JSON")]
    [InlineData("", "$: is not JSON")]
    public async Task What_is_no_JSON_is_told(string text, string sentence)
    {
        var (exitCode, _, error) = await RunAsync(text);

        Assert.Equal(1, exitCode);
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_too_large_for_an_event_is_told()
    {
        var (exitCode, _, error) = await RunAsync(new string(' ', 200_000));

        Assert.Equal(1, exitCode);
        Assert.Contains("At most 196608 bytes are taken.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_wrong_usage()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var exitCode = await CommandLine.RunAsync(
            ["preview", Path.Combine(AppContext.BaseDirectory, "none.json")],
            output,
            error,
            TimeProvider.System
        );

        Assert.Equal(2, exitCode);
        Assert.Contains("none.json", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string json)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, json);
            using var output = new StringWriter { NewLine = "\n" };
            using var error = new StringWriter { NewLine = "\n" };
            var exitCode = await CommandLine.RunAsync(["preview", path], output, error, TimeProvider.System);
            return (exitCode, output.ToString(), error.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }
}
