using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>The session pooling setup guide, step 3 and 4, done by clicking.</summary>
public sealed class GuideFlowTests(Chromium chromium)
{
    private static readonly (string Label, string Value)[] Recommended =
    [
        ("Min Size", "2"),
        ("Max Size", "10"),
        ("Target Size", "5"),
        ("Idle Timeout", "300"),
        ("Max Lifetime", "3600"),
        ("Health Check Threshold (%)", "70"),
    ];

    [Fact(Timeout = 180_000)]
    public async Task Pooling_is_enabled_seen_and_disabled_by_clicking()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);

        // Before enabling pooling: the 503's sentence, and a way out.
        var stats = await admin.OpenDialogAsync(scene.Server, "📊 Pool Stats", "📊 Pool Statistics");
        await Expect(stats).ToContainTextAsync($"Pooling not enabled for server {scene.Server}");
        await admin.Button("Enable pooling").ClickAsync();

        // 3.2: the toggle, grey then blue; the fields appear when it is on.
        await Expect(admin.Dialog.GetByRole(AriaRole.Heading, new() { Name = "🔄 Pool Configuration" })).ToBeVisibleAsync();
        var toggle = admin.Dialog.GetByRole(AriaRole.Switch, new() { Name = "Enable Session Pooling" });
        await Expect(toggle).Not.ToBeCheckedAsync();
        await Expect(toggle).ToHaveCSSAsync("background-color", "rgb(107, 114, 128)");
        await Expect(Field(admin, "Min Size")).ToBeHiddenAsync();
        await toggle.ClickAsync();
        await Expect(toggle).ToHaveCSSAsync("background-color", "rgb(29, 95, 209)");

        // 3.3: what the guide recommends is filled in.
        await Expect(admin.Dialog.GetByLabel("Pool Strategy")).ToHaveValueAsync("round_robin");
        foreach (var (label, value) in Recommended)
        {
            await Expect(Field(admin, label)).ToHaveValueAsync(value);
        }

        await Expect(admin.Dialog.GetByLabel("Enable Auto-scaling")).ToBeCheckedAsync();
        await Expect(admin.Dialog.GetByLabel("Pool Strategy").Locator("option")).ToHaveTextAsync(
            ["Round Robin", "Least Connections", "Sticky Sessions", "Weighted", "None (Direct)"]);
        await Expect(admin.Dialog).ToContainTextAsync("General purpose, balanced load distribution");
        await Expect(admin.Dialog).ToContainTextAsync("5 sessions will open.");

        // 3.4: saved, said, closed.
        await admin.Button("Save Configuration").ClickAsync();
        await admin.SaidAsync("Pool configuration saved successfully");
        await Expect(admin.Page.Locator("dialog[open]")).ToHaveCountAsync(0);

        // Step 4: Pool Stats without 503.
        stats = await admin.OpenDialogAsync(scene.Server, "📊 Pool Stats", "📊 Pool Statistics");
        await Expect(Figure(stats, "total")).ToHaveTextAsync("5");
        await Expect(Figure(stats, "active")).ToHaveTextAsync("0");
        await Expect(Figure(stats, "available")).ToHaveTextAsync("5");
        await Expect(Figure(stats, "health")).ToHaveTextAsync("100");
        await Expect(stats).ToContainTextAsync("Round robin");
        await admin.CloseDialogAsync();

        // Step 4: the Pool Health dashboard.
        await admin.GoAsync("Pool Health");
        var card = admin.Page.Locator($"li[data-server='{scene.Server}']");
        await Expect(card).ToContainTextAsync("● Healthy");
        await Expect(Figure(card, "score")).ToHaveTextAsync("100");
        await Expect(Figure(card, "total")).ToHaveTextAsync("5");
        await Expect(Figure(card, "available")).ToHaveTextAsync("5");

        // And off again.
        await admin.GoAsync("Servers");
        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await admin.Dialog.GetByRole(AriaRole.Switch).ClickAsync();
        await Expect(admin.Dialog).ToContainTextAsync("5 sessions will close.");
        await admin.Button("Save Configuration").ClickAsync();
        await Expect(admin.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        await Expect(admin.Row(scene.Server)).ToContainTextAsync("○ Off");
        await admin.GoAsync("Pool Health");
        await Expect(admin.Page.GetByText("No pool is running")).ToBeVisibleAsync();
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_is_added_tested_and_deleted_by_clicking()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add server", Exact = true }).ClickAsync();
        await admin.Dialog.GetByLabel("Name").FillAsync("second");
        await admin.Dialog.GetByLabel("URL").FillAsync(scene.Upstream.Url.ToString());
        await admin.Button("Test connection").ClickAsync();
        await Expect(admin.Dialog.Locator(".report")).ToContainTextAsync("● Connected in");
        await admin.Button("Save").ClickAsync();
        await admin.SaidAsync("Server added");

        var row = admin.Page.Locator("tr", new() { HasText = "second" });
        await Expect(row).ToContainTextAsync("● Reachable");
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(admin.Button("Delete")).ToBeDisabledAsync();
        await admin.Dialog.GetByRole(AriaRole.Textbox).FillAsync("second");
        await admin.Button("Delete").ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        admin.AssertNoComplaints();
    }

    private static ILocator Field(AdminPage admin, string label) => admin.Dialog.GetByLabel(label, new() { Exact = true });

    private static ILocator Figure(ILocator inside, string name) => inside.Locator($"[data-figure={name}] dd");
}
