using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrderFunctions.Tests.Hosting;

/// <summary>What azd, Bicep and the deployment's workflow hand to each other fits.</summary>
public sealed partial class DeploymentTests
{
    [Fact]
    public void What_main_bicep_gives_a_module_is_as_narrow_as_the_module_wants_it()
    {
        var main = BicepParameters("main.bicep");
        var limited = 0;
        foreach (Match module in ModuleCall().Matches(InfrastructureTests.Text("infra/main.bicep")))
        {
            var file = module.Groups["file"].Value;
            var given = Regex
                .Matches(module.Groups["params"].Value, @"(\w+): ([^\n,}]+)")
                .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim());
            foreach (var (name, wanted) in BicepParameters(file).Where(parameter => parameter.Value.Limits != ""))
            {
                Assert.True(main.ContainsKey(given[name]), $"{file} limits {name}; main.bicep gives it {given[name]}");
                Assert.Equal(
                    (file, name, wanted.Type, wanted.Limits),
                    (file, name, main[given[name]].Type, main[given[name]].Limits)
                );
                limited++;
            }
        }

        Assert.NotEqual(0, limited);
    }

    [Fact]
    public void Defaults_are_the_same_for_azd_and_for_Bicep()
    {
        var bicep = BicepParameters("main.bicep");
        var azd = Parameters
            .Select(parameter => (Name: parameter.Key, Variable: Variable().Match($"{parameter.Value!["value"]}")))
            .Where(parameter => parameter.Variable.Success)
            .Select(parameter => (parameter.Name, Default: parameter.Variable.Groups["default"].Value))
            .ToList();

        Assert.NotEmpty(azd);
        Assert.Equal(azd.Select(parameter => (parameter.Name, bicep[parameter.Name].Default.Trim('\''))), azd);
    }

    [Fact]
    public void The_workflow_hands_azd_every_variable_that_main_parameters_json_reads()
    {
        var workflow = InfrastructureTests.Text(".github/workflows/azure-dev.yml");
        var variables = Regex
            .Matches(InfrastructureTests.Text("infra/main.parameters.json"), @"\$\{([A-Z_]+)")
            .Select(match => match.Groups[1].Value)
            // Who deploys, azd knows by itself.
            .Where(name => !name.StartsWith("AZURE_PRINCIPAL_", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(variables);
        Assert.All(
            variables,
            name => Assert.Contains($"\n  {name}: ${{{{ vars.{name} }}}}\n", workflow, StringComparison.Ordinal)
        );
    }

    // A tag can be moved to other code by whoever gets hold of the action's repository; a commit can't.
    [Fact]
    public void Every_action_of_the_workflows_is_a_commit_with_its_version_beside_it_and_keeps_no_credentials()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "repository/.github/workflows")))
        {
            var lines = File.ReadAllLines(file);
            var uses = lines.Where(line => line.Contains("uses:", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(uses);
            Assert.All(uses, line => Assert.Matches(@"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
            Assert.Equal(
                uses.Count(line => line.Contains("actions/checkout@", StringComparison.Ordinal)),
                lines.Count(line => line.Trim() == "persist-credentials: false")
            );
            Assert.Contains("permissions:", lines);
        }
    }

    private static JsonObject Parameters =>
        JsonNode.Parse(InfrastructureTests.Text("infra/main.parameters.json"))!["parameters"]!.AsObject();

    private static Dictionary<string, (string Type, string Limits, string Default)> BicepParameters(string file) =>
        BicepParameter()
            .Matches(InfrastructureTests.Text($"infra/{file}"))
            .ToDictionary(
                match => match.Groups["name"].Value,
                match =>
                    (
                        match.Groups["type"].Value,
                        string.Concat(
                            match
                                .Groups["decorator"]
                                .Captures.Select(capture => capture.Value)
                                .Where(text => Regex.IsMatch(text, "^@(allowed|minValue|maxValue)"))
                                .Order()
                        ),
                        match.Groups["default"].Value
                    )
            );

    [GeneratedRegex(@"^\$\{[A-Z_]+=(?<default>.*)\}$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<decorator>@\w+\(([^()]|\([^()]*\))*\)\n)*param (?<name>\w+) (?<type>\w+)( = (?<default>.*))?")]
    private static partial Regex BicepParameter();

    [GeneratedRegex(@"module \w+ '(?<file>[^']*)' = \{.*?params: \{(?<params>.*?)\}\n", RegexOptions.Singleline)]
    private static partial Regex ModuleCall();
}
