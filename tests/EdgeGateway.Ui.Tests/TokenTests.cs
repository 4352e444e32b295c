using System.Net;
using System.Text.Json;
using EdgeGateway.Ui.Tests.Harness;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>A token for one server is made by the server's name, not by its id.</summary>
public sealed class TokenTests(Chromium chromium)
{
    private const string Name = "<b>tools</b> \"of\" the 🔧 team";

    [Fact(Timeout = 120_000)]
    public async Task The_server_is_chosen_by_name_and_shown_by_name()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var scene = await Scene.SetAsync(cancelled);
        var (status, server) = await scene.Gateway.Api.PostAsync("/servers", $$"""{"name":{{JsonSerializer.Serialize(Name)}},"url":"{{scene.Upstream.Url}}"}""", cancelled);
        Assert.Equal(HttpStatusCode.Created, status);
        var id = server.GetProperty("id").GetString()!;
        await using var admin = await AdminPage.OpenAsync(chromium, scene.Gateway);
        await admin.GoAsync("Tokens");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await admin.Dialog.GetByLabel("For whom").FillAsync("tool user");

        await Expect(admin.Dialog.Locator("datalist option")).ToHaveCountAsync(2);
        Assert.Equal([Name, "everything"], await admin.Dialog.Locator("datalist option").EvaluateAllAsync<string[]>("all => all.map(one => one.value)"));
        var choice = admin.Dialog.GetByLabel("Only for the server", new() { Exact = true });
        await choice.FillAsync("tools");
        await admin.Button("Make token").ClickAsync();
        await Expect(admin.Dialog.Locator("[data-pointer='/server_id'] .error")).ToHaveTextAsync("no server has this name");
        await Expect(choice).ToHaveValueAsync("tools");
        await choice.FillAsync(Name);
        await admin.Button("Make token").ClickAsync();
        await admin.Button("Done").ClickAsync();

        await Expect(admin.Page.Locator("td[data-label=Server]")).ToHaveTextAsync([Name + id]);
        await admin.InspectAsync("tokens-for-a-server");
        var (_, tokens) = await scene.Gateway.Api.GetAsync("/tokens", cancelled);
        Assert.Equal(id, Assert.Single(tokens.GetProperty("items").EnumerateArray()).GetProperty("server_id").GetString());
        admin.AssertNoComplaints();
    }
}
