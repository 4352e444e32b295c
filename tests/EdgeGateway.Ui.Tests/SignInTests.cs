using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Ui.Tests.Harness;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests;

/// <summary>The link that a start prints.</summary>
public sealed class SignInTests(Chromium chromium)
{
    [Fact(Timeout = 120_000)]
    public async Task The_demos_link_signs_in_once()
    {
        using var workspace = new Workspace();
        await using var demo = GatewayProcess.Start(workspace, ["demo", "--port", "0"]);
        var link = (await demo.WhenSaidAsync("/admin#token=", TestContext.Current.CancellationToken)).Trim();
        link = link[link.IndexOf("http", StringComparison.Ordinal)..];

        await using var first = await AdminPage.BlankAsync(chromium, gateway: null);
        await first.Page.GotoAsync(link);
        await first.IsLiveAsync();
        await Expect(first.Page.Locator("tbody tr")).ToContainTextAsync(["sample"]);
        first.AssertNoComplaints();

        await using var second = await AdminPage.BlankAsync(chromium, gateway: null);
        await second.Page.GotoAsync(link);
        await Expect(second.Page.Locator(".sign-in .problem")).ToContainTextAsync("was used");
        Assert.DoesNotContain("token", second.Page.Url, StringComparison.Ordinal);
        second.AssertNoComplaints();
    }
}
