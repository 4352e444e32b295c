using System.Net;
using System.Text.Json;
using EdgeGateway.Ui.Tests.Harness;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>What others wrote is text, whatever it looks like.</summary>
public sealed class HostileNameTests(Chromium chromium)
{
    public static TheoryData<string> Names =>
    [
        "<img src=x onerror=alert(1)><script>alert(2)</script>",
        "\"><svg onload=alert(3)> {{7*7}} ${7*7} &amp;",
        "😀👩‍👩‍👧‍👦 emoji",
        "مرحبا \u202Egnp.exe",
        new string('w', 255),
    ];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Names))]
    public async Task Names_are_shown_as_they_are_on_every_screen(string name)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        var body = $$"""{"name":{{JsonSerializer.Serialize(name)}},"description":{{JsonSerializer.Serialize(name)}},"url":"{{scene.Upstream.Url}}","tags":["<b>x</b>"],"pool":{"enabled":true,"size":1} }""";
        var (status, server) = await scene.Gateway.Api.PostAsync("/servers", body, cancelled);
        Assert.Equal(HttpStatusCode.Created, status);
        var id = server.GetProperty("id").GetString()!;
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway, Look.Narrow);

        await Expect(admin.Row(id).Locator(".name")).ToHaveTextAsync(name);
        await admin.OpenDialogAsync(id, "🔄 Pool Config", "🔄 Pool Configuration");
        await Expect(admin.Dialog).ToContainTextAsync(name);
        await admin.CloseDialogAsync();
        await admin.OpenDialogAsync(id, "Edit", "Edit");
        await Expect(admin.Dialog.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync(name);
        await admin.CloseDialogAsync();
        await admin.GoAsync("Pool Health");
        await Expect(admin.Page.Locator($"li[data-server='{id}'] h2")).ToHaveTextAsync(name);
        await admin.InspectAsync($"hostile-name-{Names.Select(row => row.Data).ToList().IndexOf(name)}");
        await admin.Page.Locator($"li[data-server='{id}'] button").ClickAsync();
        await Expect(admin.Page.Locator("h1")).ToHaveTextAsync(name);
        await admin.GoAsync("Activity");
        await Expect(admin.Page.Locator("tbody tr").First).ToBeVisibleAsync();

        Assert.Equal(1, await admin.Page.Locator("img").CountAsync()); // the logo
        admin.AssertNoComplaints();
    }
}
