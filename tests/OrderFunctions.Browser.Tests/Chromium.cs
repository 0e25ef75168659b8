using Microsoft.Playwright;
using OrderFunctions.Local.Tests;

namespace OrderFunctions.Browser.Tests;

/// <summary>The browser of this machine, started once for all tests. None is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private LocalSystem? _host;

    /// <summary>CHROMIUM names it; else where the systems' packages put it. Null: there is none.</summary>
    public static string? Path { get; } =
        Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named
            ? named
            : new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(
                File.Exists
            );

    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Path is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Path, Args = ["--no-sandbox", "--disable-gpu"] }
        );
    }

    /// <summary>For the tests that look at the page alone.</summary>
    internal async Task<LocalSystem> SharedHostAsync() => _host ??= await LocalSystem.StartAsync();

    public async Task DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        if (_playwright is not null)
        {
            await Browser.CloseAsync();
            _playwright.Dispose();
        }
    }
}

/// <summary>A test in a real browser.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    internal const string None =
        "There is no Chromium: install it by the system's package manager, or name one by CHROMIUM.";

    public ChromiumFactAttribute() => Skip = Chromium.Path is null ? None : null;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.Path is null ? ChromiumFactAttribute.None : null;
}

/// <summary>One after the other, beside the others: they share a browser.</summary>
[CollectionDefinition(Name)]
public sealed class ConsoleTests : ICollectionFixture<Chromium>
{
    public const string Name = "Console";
}
