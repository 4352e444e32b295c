using System.Net;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>Live numbers are live, and old ones say so.</summary>
public sealed class LiveTests(Chromium chromium)
{
    [Fact(Timeout = 120_000)]
    public async Task The_slot_strip_shows_each_session_and_which_of_them_works()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await scene.EnablePoolAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Pool Health");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "View Details of everything" }).ClickAsync();
        await Expect(Slots(admin, "available")).ToHaveCountAsync(5);
        await Expect(Slots(admin, "free")).ToHaveCountAsync(5);

        scene.Upstream.Gate.Close();
        var call = scene.Gateway.Api.PostAsync(
            $"/servers/{scene.Server}/rpc", """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{}}}""", cancelled);
        await Expect(Slots(admin, "active")).ToHaveTextAsync(["1"]);
        scene.Upstream.Gate.Open();
        Assert.Equal(HttpStatusCode.OK, (await call).Status);

        await Expect(Slots(admin, "active")).ToHaveCountAsync(0);
        await Expect(admin.Page.Locator("[data-figure=acquisitions] dd")).ToHaveTextAsync("1");
        await Expect(admin.Page.Locator(".charts figure")).ToHaveCountAsync(4);
        await Expect(admin.Page.Locator(".events li").First).ToBeVisibleAsync();
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 180_000)]
    public async Task A_lost_connection_is_said_and_a_regained_one_too()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await scene.EnablePoolAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Pool Health");
        var total = admin.Page.Locator($"li[data-server='{scene.Server}'] [data-figure=total] dd");
        await Expect(total).ToHaveTextAsync("5");

        await scene.Gateway.Process.KillAsync(cancelled);
        await Expect(admin.Page.Locator(".live-chip")).ToContainTextAsync("stale since");
        await Expect(total).ToHaveTextAsync("5");
        await Expect(total).ToHaveCSSAsync("font-style", "italic");

        await admin.InspectAsync("stale");

        await using var again = GatewayProcess.Start(scene.Workspace, ["--port", scene.Gateway.Url.Port.ToString()]);
        await SignInWhenAskedAsync(admin);
        await admin.IsLiveAsync();
        await Expect(total).ToHaveCSSAsync("font-style", "normal");
        admin.AssertNoComplaints();
    }

    /// <summary>Whether a session outlives the gateway's restart is the gateway's business.</summary>
    private static async Task SignInWhenAskedAsync(AdminPage admin)
    {
        await Expect(admin.Page.Locator(".sign-in, .live-chip[data-state=live]").First).ToBeVisibleAsync();
        if (await admin.Page.Locator(".sign-in").IsVisibleAsync())
        {
            await admin.Dialog.GetByLabel("Admin token").FillAsync(admin.Gateway.Token);
            await admin.Button("Sign in").ClickAsync();
        }
    }

    private static ILocator Slots(AdminPage admin, string state) => admin.Page.Locator($".slots [data-state={state}]");
}
