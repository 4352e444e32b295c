using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>Nothing that was typed is lost: not to an error, not to somebody else's change, not to an expired session.</summary>
public sealed class EditingTests(Chromium chromium)
{
    [Fact(Timeout = 120_000)]
    public async Task Errors_stand_beside_their_fields_and_the_values_stay()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await admin.Dialog.GetByRole(AriaRole.Switch).ClickAsync();

        await Field(admin, "Min Size").FillAsync("9");
        await Field(admin, "Acquisition Timeout").FillAsync("");
        await admin.Button("Save Configuration").ClickAsync();
        await Expect(Error(admin, "/timeout")).ToContainTextAsync("must be");
        await Field(admin, "Acquisition Timeout").FillAsync("30");
        await admin.Button("Save Configuration").ClickAsync();

        await Expect(Error(admin, "/min_size")).ToHaveTextAsync("must be at most size (5); got 9");
        await Expect(Error(admin, "/timeout")).ToBeEmptyAsync();
        await Expect(Field(admin, "Min Size")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(Field(admin, "Min Size")).ToBeFocusedAsync();
        await Expect(Field(admin, "Min Size")).ToHaveValueAsync("9");
        await Field(admin, "Min Size").FillAsync("2");
        await admin.Button("Save Configuration").ClickAsync();
        await admin.SaidAsync("Pool configuration saved successfully");
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_change_by_somebody_else_is_shown_with_its_author_and_both_versions_survive()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        await scene.EnablePoolAsync(cancelled);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await Field(admin, "Max Size").FillAsync("20");

        await scene.Gateway.Api.PutAsync($"/servers/{scene.Server}/pool/strategy", """{"strategy":"sticky"}""", cancelled);
        await admin.Button("Save Configuration").ClickAsync();

        var conflict = admin.Dialog.Locator(".conflict");
        await Expect(conflict).ToContainTextAsync("operator changed this server");
        await Expect(conflict).ToContainTextAsync("Strategy round_robin → sticky");
        await Expect(Field(admin, "Max Size")).ToHaveValueAsync("20");
        await admin.Button("Save Configuration").ClickAsync();
        await admin.SaidAsync("Pool configuration saved successfully");
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task An_expired_session_asks_to_sign_in_and_what_was_being_done_goes_on()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.OpenDialogAsync(scene.Server, "🔄 Pool Config", "🔄 Pool Configuration");
        await admin.Dialog.GetByRole(AriaRole.Switch).ClickAsync();
        await Field(admin, "Target Size").FillAsync("4");
        await admin.Page.Context.ClearCookiesAsync();
        await admin.Button("Save Configuration").ClickAsync();

        await Expect(admin.Page.Locator(".sign-in")).ToBeVisibleAsync();
        await admin.Dialog.GetByLabel("Admin token").FillAsync("not a token");
        await admin.Button("Sign in").ClickAsync();
        await Expect(admin.Page.Locator(".sign-in .problem")).Not.ToBeEmptyAsync();
        await admin.Dialog.GetByLabel("Admin token").FillAsync(scene.Gateway.Token);
        await admin.Button("Sign in").ClickAsync();

        await admin.SaidAsync("Pool configuration saved successfully");
        await Expect(admin.Row(scene.Server)).ToContainTextAsync("/ 4");
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_link_leaves_no_token_in_the_address_and_signing_out_asks_again()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);

        Assert.DoesNotContain("token", admin.Page.Url, StringComparison.Ordinal);
        await admin.GoAsync("Settings");
        await admin.Page.ReloadAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Settings", Exact = true })).ToBeVisibleAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(admin.Page.Locator(".sign-in")).ToBeVisibleAsync();

        // The link also works where the page is open already.
        await admin.Page.GotoAsync($"{scene.Gateway.Url}admin#token={scene.Gateway.Token}");
        await admin.IsLiveAsync();
        Assert.DoesNotContain("token", admin.Page.Url, StringComparison.Ordinal);
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task Going_back_leaves_no_dialog_behind()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Pool Health");
        await admin.GoAsync("Servers");
        await admin.OpenDialogAsync(scene.Server, "Delete", "Delete");
        await admin.Page.GoBackAsync();

        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Pool Health", Exact = true })).ToBeVisibleAsync();
        await Expect(admin.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        admin.AssertNoComplaints();
    }

    [Fact(Timeout = 120_000)]
    public async Task The_keyboard_is_enough_and_the_focus_comes_back()
    {
        await using var scene = await Scene.SetAsync(TestContext.Current.CancellationToken);
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);

        await admin.Page.Keyboard.PressAsync("/");
        await Expect(admin.Page.GetByLabel("Search servers")).ToBeFocusedAsync();
        await admin.Page.Keyboard.TypeAsync("every");
        var stats = admin.Row(scene.Server).GetByRole(AriaRole.Button, new() { Name = "📊 Pool Stats" });
        await stats.FocusAsync();
        await admin.Page.Keyboard.PressAsync("Enter");
        await Expect(admin.Dialog).ToContainTextAsync("Pooling not enabled");
        await admin.CloseDialogAsync();
        await Expect(stats).ToBeFocusedAsync();
        admin.AssertNoComplaints();
    }

    private static ILocator Field(AdminPage admin, string label) => admin.Dialog.GetByLabel(label, new() { Exact = true });

    private static ILocator Error(AdminPage admin, string pointer) => admin.Dialog.Locator($"[data-pointer='{pointer}'] .error");
}
