using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>The page asks for nothing that <c>GET /openapi.json</c> does not describe. Every test of the page checks its calls; this one makes them all.</summary>
public sealed class ContractTests(Chromium chromium)
{
    /// <summary>The operations that the page lives on.</summary>
    private static readonly string[] Used =
    [
        "POST /admin/session", "GET /admin/session", "DELETE /admin/session",
        "GET /events", "GET /version", "GET /settings", "GET /audit",
        "GET /tokens", "POST /tokens", "DELETE /tokens/{jti}",
        "GET /servers", "POST /servers", "GET /servers/{id}", "PUT /servers/{id}", "DELETE /servers/{id}",
        "POST /servers/{id}/state", "POST /servers/{id}/test", "GET /servers/{id}/export",
        "GET /servers/pools/health", "GET /servers/pools/strategies",
        "GET /servers/{id}/pool/config", "PUT /servers/{id}/pool/config", "PUT /servers/{id}/pool/strategy",
        "GET /servers/{id}/pool/stats", "GET /servers/{id}/pool/sessions", "GET /servers/{id}/pool/metrics", "GET /servers/{id}/pool/events",
        "GET /servers/{id}/pool/optimize", "POST /servers/{id}/pool/drain", "POST /servers/{id}/pool/resume",
        "POST /servers/{id}/pool/resize", "POST /servers/{id}/pool/reset",
    ];

    [Fact(Timeout = 240_000)]
    public async Task A_tour_of_every_screen_and_action_makes_only_calls_that_are_described()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Pool Health"); // no pool yet: the page asks instead of waiting
        await admin.GoAsync("Servers");

        await AddTestAndDeleteAsync(admin, "second", () => admin.Dialog.GetByLabel("URL").FillAsync(scene.Upstream.Url.ToString()));
        await AddTestAndDeleteAsync(admin, "local", async () =>
        {
            await admin.Dialog.GetByLabel("Transport").SelectOptionAsync("stdio");
            await admin.Dialog.GetByLabel("Command").FillAsync("true");
            await admin.Dialog.GetByLabel("Arguments").FillAsync("-u\n--all");
            await admin.Dialog.GetByLabel("Environment").FillAsync("LEVEL=3");
        });

        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await admin.Dialog.GetByRole(AriaRole.Switch).ClickAsync();
        await admin.Button("Save Configuration").ClickAsync();
        await admin.SaidAsync("Pool configuration saved successfully");
        await admin.OpenDialogAsync(scene.Server, "Export Config", "Export");
        await admin.CloseDialogAsync();
        foreach (var state in (string[])["Deactivate", "Activate"])
        {
            await admin.OpenDialogAsync(scene.Server, state, state);
            await admin.Button(state).ClickAsync();
            await admin.SaidAsync($"Server {state.ToLowerInvariant()}d");
        }

        await UsePoolAsync(admin, scene);
        await UseTokensAsync(admin);
        await admin.GoAsync("Activity");
        await Expect(admin.Page.Locator("tbody tr").First).ToBeVisibleAsync();
        await admin.GoAsync("Settings");
        await Expect(admin.Page.GetByText("SESSION_POOL_ENABLED")).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(admin.Page.Locator(".sign-in")).ToBeVisibleAsync();

        admin.AssertNoComplaints();
        Assert.Empty(Used.Except(admin.Calls.Routes));
    }

    private static async Task AddTestAndDeleteAsync(AdminPage admin, string name, Func<Task> fill)
    {
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add server", Exact = true }).ClickAsync();
        await admin.Dialog.GetByLabel("Name").FillAsync(name);
        await fill();
        await admin.Button("Test connection").ClickAsync();
        await Expect(admin.Dialog.Locator(".report")).ToContainTextAsync(new System.Text.RegularExpressions.Regex("Connected in|Not reachable"));
        await admin.Button("Save").ClickAsync();
        var row = admin.Page.Locator("tbody tr", new() { HasText = name });
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Textbox).FillAsync(name);
        await admin.Button("Delete").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
    }

    private static async Task UsePoolAsync(AdminPage admin, Scene scene)
    {
        await admin.GoAsync("Pool Health");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "View Details" }).ClickAsync();
        await ConfirmAsync(admin, "Optimize Strategy", "Use Sticky", "Strategy changed");
        await ConfirmAsync(admin, "Resize Pool", "Resize Pool", "Pool resized");
        await ConfirmAsync(admin, "Reset Pool", "Reset Pool", "Pool reset");
        await ConfirmAsync(admin, "Drain Pool", "Drain Pool", "Draining");
        await scene.Gateway.Api.UntilAsync(
            $"/servers/{scene.Server}/pool/stats", stats => stats.GetProperty("status").GetString() == "drained", TestContext.Current.CancellationToken);
        await ConfirmAsync(admin, "Resume", "Resume", "Pool resumed");
    }

    private static async Task UseTokensAsync(AdminPage admin)
    {
        await admin.GoAsync("Tokens");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await admin.Dialog.GetByLabel("For whom").FillAsync("build server");
        await admin.Button("Make token").ClickAsync();
        await admin.Button("Done").ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await admin.Button("Revoke").ClickAsync();
        await admin.SaidAsync("Token revoked");
    }

    private static async Task ConfirmAsync(AdminPage admin, string button, string confirm, string said)
    {
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await admin.Button(confirm).ClickAsync();
        await admin.SaidAsync(said);
    }
}
