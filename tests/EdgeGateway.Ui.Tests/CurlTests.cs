using System.Text.Json;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>What is copied as curl does what the button does.</summary>
public sealed class CurlTests(Chromium chromium)
{
    private const string Name = "it's \"quoted\" & $HOME `id` \\ ünï";

    [Fact(Timeout = 120_000)]
    public async Task The_copied_lines_run_in_a_shell_whatever_was_typed()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Add server", Exact = true }).ClickAsync();
        await admin.Dialog.GetByLabel("Name").FillAsync(Name);
        await admin.Dialog.GetByLabel("URL").FillAsync(scene.Upstream.Url.ToString());
        await RunCopiedAsync(admin, scene);
        await admin.CloseDialogAsync();

        // The page learns of it by itself.
        await Expect(admin.Page.Locator(".name", new() { HasText = Name })).ToBeVisibleAsync();

        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await admin.Dialog.GetByRole(AriaRole.Switch).ClickAsync();
        await admin.Dialog.GetByLabel("Target Size").FillAsync("3");
        var config = await RunCopiedAsync(admin, scene);
        Assert.Equal(3, config.GetProperty("size").GetInt32());
        Assert.True(config.GetProperty("enabled").GetBoolean());
        admin.AssertNoComplaints();
    }

    private static async Task<JsonElement> RunCopiedAsync(AdminPage admin, Scene scene)
    {
        await admin.Button("Copy as curl").ClickAsync();
        await admin.SaidAsync("Copied as curl");
        var copied = await admin.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
        var environment = new Dictionary<string, string> { ["TOKEN"] = scene.Gateway.Token };
        var answer = await Shell.RunAsync(copied.Replace("curl ", "curl -sSf ", StringComparison.Ordinal), scene.Workspace, environment, TestContext.Current.CancellationToken);
        return JsonDocument.Parse(answer).RootElement;
    }
}
