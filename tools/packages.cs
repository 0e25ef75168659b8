// What the packages of this repository are, by what was restored: run it after a build, from the repository's folder.
//
//   dotnet run tools/packages.cs licences > docs/licences.md     every package with its licence
//   dotnet run tools/packages.cs check                           ends with 1 where one is not used, or not listed
//   dotnet run tools/packages.cs sbom src/OrderFunctions.Local   what a program is made of, as CycloneDX 1.6
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

return args switch
{
    ["licences"] => Write(Licences()),
    ["check"] => Check(),
    ["sbom", var project] => Write(Sbom(Project.Read(project))),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("licences, check, or sbom and a project's folder");
    return 2;
}

static int Write(string text)
{
    Console.Out.Write(text);
    return 0;
}

// Of the projects whose packages are the same wherever they are restored: those that have a lock file.
static List<Project> Locked() =>
    [
        .. Directory
            .EnumerateFiles(".", "packages.lock.json", SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(file)!)
            .Where(folder => !folder.Contains("bin") && !folder.Contains("obj"))
            .Order(StringComparer.Ordinal)
            .Select(Project.Read),
    ];

static string Licences()
{
    var projects = Locked();
    var shipped = projects
        .Where(project => project.Folder.Contains("src/"))
        .SelectMany(project => project.Packages.Where(package => package.IsShipped))
        .Distinct()
        .ToList();
    var others = projects.SelectMany(project => project.Packages).Distinct().Except(shipped);
    return $"""
        # Licences

        Made by `dotnet run tools/packages.cs licences > docs/licences.md`, of what the packages say of themselves. The Functions
        app's own packages, which not every feed has, are not among them: `dotnet run tools/packages.cs sbom src/OrderFunctions`
        lists them with their licences where they are restored, and so does the file that CI keeps of each build.

        ## In the programs

        {Table(shipped)}

        ## For building and testing only

        {Table(others)}

        """;
}

static string Table(IEnumerable<Package> packages) =>
    string.Join(
        '\n',
        packages
            .OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)
            .ThenBy(package => package.Version, StringComparer.Ordinal)
            .Select(package => $"| {package.Name} | {package.Version} | {package.Licence} | {package.Copyright} |")
            .Prepend("|---|---|---|---|")
            .Prepend("| package | version | licence | copyright, or authors |")
    );

static int Check()
{
    var projects = Locked();
    var problems = new List<string>();
    foreach (var project in projects)
    {
        var used = project.ReferencedAssemblies();
        problems.AddRange(
            project
                .Direct.Where(package => package.Closure.Any(one => one.Assemblies.Count > 0))
                .Where(package => !package.Closure.Any(one => one.Assemblies.Any(used.Contains)))
                .Select(package => $"{project.Folder} uses nothing of {package.Name}: take its PackageReference out.")
        );
    }

    var restored = projects
        .SelectMany(project => project.Packages.Select(package => package.Name))
        .Concat(XDocument.Load("src/OrderFunctions/OrderFunctions.csproj").References())
        .ToHashSet(StringComparer.OrdinalIgnoreCase);
    problems.AddRange(
        XDocument
            .Load("Directory.Packages.props")
            .Descendants("PackageVersion")
            .Select(version => version.Attribute("Include")!.Value)
            .Where(name => !restored.Contains(name))
            .Select(name => $"Directory.Packages.props has {name}, which no project uses: take it out.")
    );
    if (File.ReadAllText("docs/licences.md") != Licences())
    {
        problems.Add("docs/licences.md is not up to date: dotnet run tools/packages.cs licences > docs/licences.md");
    }

    problems.ForEach(Console.Error.WriteLine);
    return problems.Count == 0 ? 0 : 1;
}

// Without a time and a number of its own: of the same packages it is the same file.
static string Sbom(Project project)
{
    var program = Path.GetFileName(project.Folder);
    var bom = new JsonObject
    {
        ["bomFormat"] = "CycloneDX",
        ["specVersion"] = "1.6",
        ["version"] = 1,
        ["metadata"] = new JsonObject
        {
            ["component"] = new JsonObject
            {
                ["type"] = "application",
                ["bom-ref"] = program,
                ["name"] = program,
            },
        },
        ["components"] = new JsonArray([.. project.Packages.Select(Component)]),
        ["dependencies"] = new JsonArray([
            Dependency(program, project.All),
            .. project.Packages.Select(package => Dependency(package.Url, package.Dependencies)),
        ]),
    };
    return bom.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
}

static JsonNode Component(Package package) =>
    new JsonObject
    {
        ["type"] = "library",
        ["bom-ref"] = package.Url,
        ["name"] = package.Name,
        ["version"] = package.Version,
        // What is only there while it is built.
        ["scope"] = package.IsShipped ? "required" : "excluded",
        ["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = package.Sha512 }),
        ["licenses"] = new JsonArray(
            package.IsExpression
                ? new JsonObject { ["expression"] = package.Licence }
                : new JsonObject { ["license"] = new JsonObject { ["name"] = package.Licence } }
        ),
        ["purl"] = package.Url,
    };

static JsonNode Dependency(string reference, IEnumerable<Package> packages) =>
    new JsonObject
    {
        ["ref"] = reference,
        ["dependsOn"] = new JsonArray([.. packages.Select(package => (JsonNode)package.Url)]),
    };

/// <summary>A project and what was restored for it: obj/project.assets.json.</summary>
internal sealed class Project
{
    private Project(string folder, JsonElement assets)
    {
        Folder = folder;
        var libraries = assets.GetProperty("libraries");
        var folders = assets.GetProperty("packageFolders").EnumerateObject().Select(each => each.Name).ToList();
        var target = assets.GetProperty("targets").EnumerateObject().First().Value;
        var byName = new Dictionary<string, Package>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in target.EnumerateObject().Where(entry => Text(entry.Value, "type") == "package"))
        {
            var path = libraries.GetProperty(entry.Name).GetProperty("path").GetString()!;
            var package = new Package(
                entry.Name.Split('/')[0],
                entry.Name.Split('/')[1],
                folders.Select(root => Path.Combine(root, path)).First(Directory.Exists)
            );
            package.Assemblies.UnionWith(Assemblies(entry.Value, "compile"));
            package.IsShipped =
                Assemblies(entry.Value, "runtime").Any() || entry.Value.TryGetProperty("runtimeTargets", out _);
            byName.Add(package.Name, package);
        }

        foreach (var entry in target.EnumerateObject())
        {
            if (byName.TryGetValue(entry.Name.Split('/')[0], out var package))
            {
                package.Dependencies.AddRange(
                    Names(entry.Value).Where(byName.ContainsKey).Select(name => byName[name])
                );
            }
        }

        Packages = [.. byName.Values.OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase)];
        Direct =
        [
            .. Names(assets.GetProperty("project").GetProperty("frameworks").EnumerateObject().Single().Value)
                .Select(name => byName[name]),
        ];
        // And what the projects bring that it refers to.
        All =
        [
            .. target
                .EnumerateObject()
                .Where(entry => Text(entry.Value, "type") == "project")
                .SelectMany(entry => Names(entry.Value))
                .Where(byName.ContainsKey)
                .Select(name => byName[name])
                .Concat(Direct)
                .Distinct()
                .OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    public string Folder { get; }

    public IReadOnlyList<Package> Packages { get; }

    /// <summary>Of its own PackageReferences.</summary>
    public IReadOnlyList<Package> Direct { get; }

    /// <summary>Of those of the projects, too, that it refers to.</summary>
    public IReadOnlyList<Package> All { get; }

    public static Project Read(string folder)
    {
        var file = Path.Combine(folder, "obj", "project.assets.json");
        return File.Exists(file)
            ? new Project(folder.Replace('\\', '/'), JsonElement.Parse(File.ReadAllBytes(file)))
            : throw new InvalidOperationException($"{file} is missing: restore and build first.");
    }

    /// <summary>What the compiled project refers to, without file endings.</summary>
    public HashSet<string> ReferencedAssemblies()
    {
        var name = Path.GetFileName(Path.GetFullPath(Folder));
        using var file = File.OpenRead(
            Directory.EnumerateFiles(Path.Combine(Folder, "obj"), $"{name}.dll", SearchOption.AllDirectories).First()
        );
        using var portable = new PEReader(file);
        var metadata = portable.GetMetadataReader();
        return
        [
            .. metadata.AssemblyReferences.Select(handle =>
                metadata.GetString(metadata.GetAssemblyReference(handle).Name)
            ),
        ];
    }

    private static IEnumerable<string> Assemblies(JsonElement entry, string kind) =>
        entry.TryGetProperty(kind, out var files)
            ? files
                .EnumerateObject()
                .Where(file => file.Name.EndsWith(".dll", StringComparison.Ordinal))
                .Select(file => Path.GetFileNameWithoutExtension(file.Name))
            : [];

    private static IEnumerable<string> Names(JsonElement element) =>
        element.TryGetProperty("dependencies", out var dependencies)
            ? dependencies.EnumerateObject().Select(dependency => dependency.Name)
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>A package as it was restored.</summary>
internal sealed record Package(string Name, string Version)
{
    public Package(string name, string version, string folder)
        : this(name, version)
    {
        var metadata = XDocument
            .Load(Directory.EnumerateFiles(folder, "*.nuspec").Single())
            .Root!.Elements()
            .Single(element => element.Name.LocalName == "metadata")
            .Elements()
            .ToDictionary(element => element.Name.LocalName);
        var licence = metadata.GetValueOrDefault("license");
        IsExpression = licence?.Attribute("type")?.Value == "expression";
        Licence =
            IsExpression ? licence!.Value
            : licence is not null ? $"its file {licence.Value}"
            : metadata.GetValueOrDefault("licenseUrl")?.Value ?? "none stated";
        Copyright = (metadata.GetValueOrDefault("copyright") ?? metadata["authors"])
            .Value.Trim()
            .ReplaceLineEndings(" ");
        Sha512 = Convert.ToHexStringLower(
            Convert.FromBase64String(File.ReadAllText(Directory.EnumerateFiles(folder, "*.nupkg.sha512").Single()))
        );
    }

    public string Licence { get; } = "";

    /// <summary>Whether <see cref="Licence"/> is an expression of SPDX.</summary>
    public bool IsExpression { get; }

    public string Copyright { get; } = "";

    /// <summary>Of the package's file.</summary>
    public string Sha512 { get; } = "";

    public string Url => $"pkg:nuget/{Name}@{Version}";

    /// <summary>Whether anything of it is there when the program runs.</summary>
    public bool IsShipped { get; set; }

    /// <summary>What is compiled against.</summary>
    public HashSet<string> Assemblies { get; } = [];

    public List<Package> Dependencies { get; } = [];

    /// <summary>It and all that it brings.</summary>
    public IEnumerable<Package> Closure => Dependencies.SelectMany(each => each.Closure).Prepend(this);

    public bool Equals(Package? other) => other is not null && (Name, Version) == (other.Name, other.Version);

    public override int GetHashCode() => HashCode.Combine(Name, Version);
}

internal static class ProjectFile
{
    /// <summary>The names of a project's packages.</summary>
    public static IEnumerable<string> References(this XDocument project) =>
        project.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value);
}
