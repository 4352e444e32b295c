using System.Text.Json;
using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>Activity names what was changed, as far as anybody still knows.</summary>
public sealed class ActivityTests(Chromium chromium)
{
    private const string Hostile = "<img src=x onerror=alert(1)> & \"co\"";

    [Fact(Timeout = 120_000)]
    public async Task Targets_are_named_those_that_are_gone_too()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await scene.EnablePoolAsync(cancelled);
        var api = scene.Gateway.Api;
        var kept = await AddAsync(scene, Hostile, cancelled);
        var gone = await AddAsync(scene, "short-lived <b>one</b>", cancelled);
        await api.PutAsync($"/servers/{gone}/pool/config", """{"enabled":true,"size":1}""", cancelled);
        await api.DeleteAsync($"/servers/{gone}", cancelled);
        var (_, token) = await api.PostAsync("/tokens", """{"subject":"build <i>server</i>"}""", cancelled);
        var jti = token.GetProperty("jti").GetString()!;
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Activity");

        await Expect(Targets(admin, scene.Server)).ToHaveTextAsync([$"everything{scene.Server}", $"everything{scene.Server}"]);
        await Expect(Targets(admin, kept)).ToHaveTextAsync([Hostile + kept]);
        var deleted = $"short-lived <b>one</b>{gone} · deleted";
        await Expect(Targets(admin, gone)).ToHaveTextAsync([deleted, deleted, deleted]); // made, given a pool, deleted
        await Expect(Targets(admin, jti)).ToHaveTextAsync([$"build <i>server</i>{jti}"]);

        await admin.InspectAsync("activity-names");

        // A name is found as well as an id.
        await admin.Page.GetByLabel("Search what is loaded").FillAsync("short-LIVED");
        await Expect(admin.Page.Locator("tbody tr:visible")).ToHaveCountAsync(3);
        Assert.Equal(0, await admin.Page.Locator("tbody :is(img, b:text-is('one'), i)").CountAsync());
        admin.AssertNoComplaints();
    }

    private static async Task<string> AddAsync(Scene scene, string name, CancellationToken cancelled)
    {
        var (_, server) = await scene.Gateway.Api.PostAsync("/servers", $$"""{"name":{{JsonSerializer.Serialize(name)}},"url":"{{scene.Upstream.Url}}"}""", cancelled);
        return server.GetProperty("id").GetString()!;
    }

    private static ILocator Targets(AdminPage admin, string id) => admin.Page.Locator("td[data-label=Target]", new() { HasText = id });
}
