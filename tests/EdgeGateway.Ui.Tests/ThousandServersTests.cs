using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>With a thousand servers and pools the page is there within a second and a second's news costs less than a frame.</summary>
[Collection(nameof(Alone))]
public sealed class ThousandServersTests(Chromium chromium, Crowd crowd)
{
    private const int Loads = 5;
    private const int Ticks = 9;
    private const double PaintMsMax = 1000;
    private const double TickMsMax = 16;

    /// <summary>When the rows are on the screen, which is later than the first paint.</summary>
    private const string WatchRows = """
        new MutationObserver((_, watch) => {
          if (document.querySelector("tr[data-server]")) {
            watch.disconnect();
            requestAnimationFrame(() => setTimeout(() => { globalThis.rowsAt = performance.now(); }));
          }
        }).observe(document, { childList: true, subtree: true });
        """;

    private const string AfterTheNextTick = """
        async () => {
          const { live } = await import("/admin/live.js");
          await new Promise((go) => live.addEventListener("stats", () => setTimeout(go), { once: true }));
        }
        """;

    public static TheoryData<string> LiveScreens => ["Servers", "Pool Health"];

    [Fact(Timeout = 240_000)]
    public async Task They_are_a_page_of_twenty_and_one_search_away()
    {
        var scene = await crowd.SceneAsync();
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);

        await Expect(admin.Page.Locator(".pager").First).ToContainTextAsync("1–20 of 1000");
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(20);
        await admin.Page.GetByLabel("Search servers").FillAsync("server 777");
        await Expect(admin.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await admin.GoAsync("Tokens");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await Expect(admin.Dialog.Locator("datalist option")).ToHaveCountAsync(Crowd.Servers);
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 240_000)]
    public async Task The_first_paint_comes_within_a_second()
    {
        var scene = await crowd.SceneAsync();
        var paints = new List<double>();
        var rows = new List<double>();
        for (var load = 0; load < Loads; load++)
        {
            await using var admin = await AdminPage.BlankAsync(chromium, scene.Gateway); // nothing in any cache
            await admin.Page.AddInitScriptAsync(WatchRows);
            await admin.Page.GotoAsync($"{scene.Gateway.Url}admin#token={scene.Gateway.Token}");
            await admin.Page.WaitForFunctionAsync("() => globalThis.rowsAt");
            paints.Add(await admin.Page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
            rows.Add(await admin.Page.EvaluateAsync<double>("globalThis.rowsAt"));
            admin.AssertNoComplaints();
        }

        Gate("1000 servers, first paint in ms", paints, PaintMsMax);

        // Shown, not gated: forty answers one after another, so it tells of the machine's other work more than of the page.
        Figures.Write("1000 servers, rows shown in ms", Listed(rows));
    }

    /// <summary>In the main thread's own time: what else the machine does is not counted.</summary>
    [Theory(Timeout = 240_000)]
    [MemberData(nameof(LiveScreens))]
    public async Task A_tick_takes_less_than_16_ms_of_script(string screen)
    {
        var scene = await crowd.SceneAsync();
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Pool Health");
        await Expect(admin.Page.Locator("[data-figure=pools] dd")).ToHaveTextAsync("1,000");
        await admin.GoAsync(screen);
        var browser = await admin.Page.Context.NewCDPSessionAsync(admin.Page);
        await browser.SendAsync("Performance.enable", new() { ["timeDomain"] = "threadTicks" });
        var scripts = new List<double>();
        var tasks = new List<double>();
        var before = await SpentAsync();
        for (var tick = 0; tick < Ticks; tick++)
        {
            await admin.Page.EvaluateAsync(AfterTheNextTick);
            var after = await SpentAsync();
            scripts.Add(after.Script - before.Script);
            tasks.Add(after.Task - before.Task);
            before = after;
        }

        Figures.Write($"1000 pools, a tick of {screen}, all of the main thread in ms", Listed(tasks));
        Gate($"1000 pools, a tick of {screen}, script in ms", scripts, TickMsMax);
        admin.AssertNoComplaints();

        async Task<(double Script, double Task)> SpentAsync()
        {
            var metrics = (await browser.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
                .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble() * 1000);
            return (metrics["ScriptDuration"], metrics["TaskDuration"]);
        }
    }

    /// <summary>By the median: the machine has other work, too.</summary>
    private static void Gate(string what, List<double> values, double most)
    {
        Figures.Write(what, Listed(values));
        Assert.InRange(Median(values), 0.01, most);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Listed(List<double> values) => $"{Median(values):0.0}, of {string.Join(" ", values.Order().Select(value => $"{value:0.0}"))}";
}
