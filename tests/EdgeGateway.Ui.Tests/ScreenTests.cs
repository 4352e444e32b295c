using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>Every screen and dialog, light, dark and narrow: axe finds nothing, nothing sticks out, the console stays empty.</summary>
public sealed class ScreenTests(Chromium chromium)
{
    private static readonly (string Button, string Title, string Name)[] ServerDialogs =
    [
        ("Edit", "Edit", "server-edit"),
        ("🔄 Pool Config", "🔄 Pool Configuration", "pool-config"),
        ("📊 Pool Stats", "📊 Pool Statistics", "pool-stats"),
        ("Export Config", "Export", "export"),
        ("Deactivate", "Deactivate", "deactivate"),
        ("Delete", "Delete", "delete"),
    ];

    private static readonly (string Button, string Name)[] PoolDialogs =
    [
        ("Optimize Strategy", "optimize"),
        ("Drain Pool", "drain"),
        ("Resume", "resume"),
        ("Resize Pool", "resize"),
        ("Reset Pool", "reset"),
    ];

    public static TheoryData<Look> Looks => [Look.Light, Look.Dark, Look.Narrow];

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Looks))]
    public async Task The_first_look_is_clean(Look look)
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.BlankAsync(chromium, scene.Gateway, look);
        await admin.Page.GotoAsync($"{scene.Gateway.Url}admin");
        await Expect(admin.Page.Locator(".sign-in")).ToBeVisibleAsync();
        await admin.InspectAsync("sign-in", whole: false);
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Looks))]
    public async Task Servers_and_their_dialogs_are_clean(Look look)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway, look);
        await admin.OpenDialogAsync(scene.Server, "📊 Pool Stats", "📊 Pool Statistics");
        await Expect(admin.Dialog).ToContainTextAsync("Pooling not enabled");
        await admin.InspectAsync("pool-stats-off", whole: false);
        await admin.CloseDialogAsync();
        await scene.EnablePoolAsync(cancelled);
        await Expect(admin.Row(scene.Server)).ToContainTextAsync("0 / 5");
        await admin.InspectAsync("servers");

        foreach (var (button, title, name) in ServerDialogs)
        {
            await admin.OpenDialogAsync(scene.Server, button, title);
            await Expect(admin.Dialog.GetByRole(AriaRole.Button, new() { Name = "Copy as curl" })).ToBeVisibleAsync();
            await admin.InspectAsync(name, whole: false);
            await admin.CloseDialogAsync();
        }

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add server" }).ClickAsync();
        await admin.InspectAsync("server-add", whole: false);
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Looks))]
    public async Task Pools_are_clean(Look look)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway, look);
        await admin.GoAsync("Pool Health");
        await admin.InspectAsync("pool-health-empty");
        await scene.EnablePoolAsync(cancelled);
        await Expect(admin.Page.Locator("li.pool")).ToHaveCountAsync(1);
        await admin.InspectAsync("pool-health");

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "View Details" }).ClickAsync();
        await Expect(admin.Page.Locator(".slots [data-state=available]")).ToHaveCountAsync(5);
        await Expect(admin.Page.Locator(".events li").First).ToBeVisibleAsync();
        await admin.InspectAsync("pool-detail");
        foreach (var (button, name) in PoolDialogs)
        {
            await admin.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
            await Expect(admin.Dialog.GetByRole(AriaRole.Heading, new() { Name = button })).ToBeVisibleAsync();
            await admin.InspectAsync(name, whole: false);
            await admin.CloseDialogAsync();
        }
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Looks))]
    public async Task Activity_tokens_and_settings_are_clean(Look look)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await scene.EnablePoolAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway, look);
        await admin.GoAsync("Tokens");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await admin.Dialog.GetByLabel("For whom").FillAsync("build server");
        await admin.InspectAsync("token-new", whole: false);
        await admin.Button("Make token").ClickAsync();
        await Expect(admin.Dialog.GetByLabel("Token", new() { Exact = true })).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^eyJ"));
        await admin.InspectAsync("token-made", whole: false);
        await admin.Button("Done").ClickAsync();
        await admin.Page.Locator("tr", new() { HasText = "build server" }).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await admin.Button("Revoke").ClickAsync();
        await Expect(admin.Page.Locator("tr", new() { HasText = "build server" })).ToContainTextAsync("Revoked");
        await admin.InspectAsync("tokens");

        await admin.GoAsync("Activity");
        await Expect(admin.Page.Locator("tbody tr").First).ToBeVisibleAsync();
        await admin.InspectAsync("activity");
        await admin.GoAsync("Settings");
        await Expect(admin.Page.GetByText("SESSION_POOL_ENABLED")).ToBeVisibleAsync();
        await admin.InspectAsync("settings");
    }
}
