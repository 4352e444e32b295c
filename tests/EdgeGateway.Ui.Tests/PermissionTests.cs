using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>What a token may not do is switched off and says why; the gateway refuses it all the same.</summary>
public sealed class PermissionTests(Chromium chromium)
{
    private static readonly string[] Changes = ["Edit", "Deactivate", "Delete"];
    private static readonly string[] Looks = ["🔄 Pool Config", "📊 Pool Stats", "Export Config"];
    private static readonly string[] PoolChanges = ["Drain Pool", "Resume", "Resize Pool", "Reset Pool"];
    private static readonly string[] AdminScreens = ["Activity", "Tokens", "Settings"];

    [Fact(Timeout = 120_000)]
    public async Task Who_may_only_look_can_look_at_everything_and_change_nothing()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await scene.EnablePoolAsync(cancelled);
        await using var admin = await AdminPage.OpenWithAsync(chromium, scene.Gateway, await MintAsync(scene, "servers.read"));

        await Expect(admin.Page.Locator("#may-not")).ToContainTextAsync("lacks servers.write");
        await IsOffAsync(admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add server" }), "servers.write");
        foreach (var name in Changes)
        {
            await IsOffAsync(InRow(admin, scene, name), "servers.write");
        }

        foreach (var name in Looks)
        {
            await Expect(InRow(admin, scene, name)).ToBeEnabledAsync();
        }

        await admin.InspectAsync("servers-read-only");
        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await IsOffAsync(admin.Button("Save Configuration"), "servers.write");
        await admin.CloseDialogAsync();
        await admin.OpenDialogAsync(scene.Server, "📊 Pool Stats", "📊 Pool Statistics");
        foreach (var name in PoolChanges)
        {
            await IsOffAsync(admin.Button(name), "servers.write");
        }

        await admin.Button("Optimize Strategy").ClickAsync();
        await Expect(admin.Dialog.GetByRole(AriaRole.Heading, new() { Name = "Optimize Strategy" })).ToBeVisibleAsync();
        await Expect(admin.Button("Use Sticky")).ToHaveCountAsync(0);
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.CloseDialogAsync();

        // The page is not what protects: a button that is switched on by hand meets the gateway's own no.
        await InRow(admin, scene, "Delete").EvaluateAsync("button => { button.disabled = false; }");
        await InRow(admin, scene, "Delete").ClickAsync();
        await admin.Dialog.GetByRole(AriaRole.Textbox).FillAsync("everything");
        await admin.Button("Delete").ClickAsync();
        await Expect(admin.Dialog.Locator(".problem")).ToContainTextAsync("This call needs the permission servers.write");
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_is_no_admin_is_not_led_to_the_admins_screens()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenWithAsync(chromium, scene.Gateway, await MintAsync(scene, "servers.read", "servers.write"));

        await Expect(admin.Page.Locator("#may-not")).ToBeHiddenAsync();
        foreach (var name in AdminScreens)
        {
            var link = admin.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });
            await Expect(link).ToHaveAttributeAsync("aria-disabled", "true");
            await Expect(link).ToHaveAttributeAsync("title", "Needs the permission admin, which your token lacks.");
            await Expect(link).Not.ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex(""));
        }

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add server", Exact = true }).ClickAsync();
        await Expect(admin.Dialog.GetByLabel("Transport").Locator("option[value=stdio]")).ToBeDisabledAsync();
        await admin.CloseDialogAsync();
        await admin.Page.GotoAsync($"{scene.Gateway.Url}admin#/tokens");
        await Expect(admin.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("This call needs the permission admin");

        // Somebody else signs in where the page is open: it offers what this one may.
        await admin.Page.Context.ClearCookiesAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await admin.Dialog.GetByLabel("Admin token").FillAsync(scene.Gateway.Token);
        await admin.Button("Sign in").ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Button, new() { Name = "New token" })).ToBeVisibleAsync();
        await admin.GoAsync("Settings");
        admin.AssertNoComplaints();
    }

    private static async Task<string> MintAsync(Scene scene, params string[] permissions)
    {
        var wanted = $$"""{"subject":"colleague","permissions":["{{string.Join("\",\"", permissions)}}"]}""";
        var (_, made) = await scene.Gateway.Api.PostAsync("/tokens", wanted, TestContext.Current.CancellationToken);
        return made.GetProperty("token").GetString()!;
    }

    private static ILocator InRow(AdminPage admin, Scene scene, string name) =>
        admin.Row(scene.Server).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static async Task IsOffAsync(ILocator control, string permission)
    {
        await Expect(control).ToBeDisabledAsync();
        await Expect(control).ToHaveAttributeAsync("title", $"Needs the permission {permission}, which your token lacks.");
    }
}
