using System.Reflection;
using EdgeGateway.Tests.RealUpstreams;
using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>The machine's Chromium, started once for all tests. Playwright brings its own driver and downloads nothing.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Enable = "needs Chromium: apt-get install chromium, or set CHROMIUM to its path";

    private static readonly string Path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    private readonly SemaphoreSlim _turn = new(1);

    // Written once, under the turn.
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser. Skips the test where there is none; in CI (CI=true) that is a failure.</summary>
    public async Task<IBrowser> StartedAsync()
    {
        if (Repository.IsCi)
        {
            Assert.True(File.Exists(Path), Enable);
        }

        Assert.SkipUnless(File.Exists(Path), Enable);
        await _turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_browser is null)
            {
                var package = typeof(Chromium).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "PlaywrightPackage").Value;
                Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", package);
                _playwright = await Playwright.CreateAsync();
                _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Path });
            }

            return _browser;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _turn.Dispose();
    }
}
