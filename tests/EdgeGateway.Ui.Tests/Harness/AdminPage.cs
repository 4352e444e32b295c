using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace EdgeGateway.Ui.Tests.Harness;

/// <summary>The console in a browser of its own, signed in by the link; remembers all the browser complains about, and calls that openapi.json does not know.</summary>
internal sealed partial class AdminPage : IAsyncDisposable
{
    /// <summary>Two slow cores with other work take their time; nothing waits longer than its condition.</summary>
    private const float PatienceMs = 30_000;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly PublishedGateway? _gateway;
    private PageCalls? _calls;

    private AdminPage(IBrowserContext context, IPage page, PublishedGateway? gateway, Look look)
    {
        (_context, Page, _gateway, Look) = (context, page, gateway, look);
        page.SetDefaultTimeout(PatienceMs);
        SetDefaultExpectTimeout(PatienceMs);

        // Violations of the content security policy and of Trusted Types are console errors too.
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !AnsweredOrLost().IsMatch(message.Text))
            {
                _complaints.Enqueue($"{message.Text} at {message.Location}");
            }
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Dialog += (_, dialog) => _complaints.Enqueue($"a script opened: {dialog.Message}");
    }

    public IPage Page { get; }

    public PublishedGateway Gateway => _gateway ?? throw new InvalidOperationException("This page was opened without one.");

    public PageCalls Calls => _calls ?? throw new InvalidOperationException("This page was opened without a gateway.");

    public Look Look { get; }

    public ILocator Dialog => Page.Locator("dialog[open]").Last;

    public static async Task<AdminPage> OpenAsync(Chromium chromium, PublishedGateway gateway, Look look = Look.Light)
    {
        var page = await BlankAsync(chromium, gateway, look);
        await page.Page.GotoAsync($"{gateway.Url}admin#token={gateway.Token}");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Servers", Exact = true })).ToBeVisibleAsync();
        await page.IsLiveAsync();
        return page;
    }

    /// <summary>Signed in by pasting a token.</summary>
    public static async Task<AdminPage> OpenWithAsync(Chromium chromium, PublishedGateway gateway, string token)
    {
        var page = await BlankAsync(chromium, gateway);
        await page.Page.GotoAsync($"{gateway.Url}admin");
        await page.Dialog.GetByLabel("Admin token").FillAsync(token);
        await page.Button("Sign in").ClickAsync();
        await page.IsLiveAsync();
        return page;
    }

    /// <summary>Not signed in, nothing loaded.</summary>
    public static async Task<AdminPage> BlankAsync(Chromium chromium, PublishedGateway? gateway, Look look = Look.Light)
    {
        var context = await (await chromium.StartedAsync()).NewContextAsync(new()
        {
            ColorScheme = look == Look.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = look == Look.Narrow ? new() { Width = 360, Height = 740 } : new() { Width = 1280, Height = 800 },
            ReducedMotion = ReducedMotion.Reduce, // screenshots and axe see what is there in the end
        });
        var page = new AdminPage(context, await context.NewPageAsync(), gateway, look);
        if (gateway is not null)
        {
            page._calls = await PageCalls.FollowAsync(page.Page, gateway, page._complaints.Enqueue, TestContext.Current.CancellationToken);
        }

        return page;
    }

    public Task IsLiveAsync() => Expect(Page.Locator(".live-chip").First).ToHaveTextAsync("● Live");

    public async Task GoAsync(string screen)
    {
        await Page.GetByRole(AriaRole.Link, new() { Name = screen, Exact = true }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = screen, Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>The server's row of the Servers table.</summary>
    public ILocator Row(string serverId) => Page.Locator($"tr[data-server='{serverId}']");

    public ILocator Button(string name) => Dialog.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public async Task<ILocator> OpenDialogAsync(string serverId, string button, string title)
    {
        await Row(serverId).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Expect(Dialog.GetByRole(AriaRole.Heading, new() { Name = title })).ToBeVisibleAsync();
        return Dialog;
    }

    public async Task CloseDialogAsync()
    {
        var before = await Page.Locator("dialog[open]").CountAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Page.Locator("dialog[open]")).ToHaveCountAsync(before - 1);
    }

    public Task SaidAsync(string toast) => Expect(Page.Locator("#toasts")).ToContainTextAsync(toast);

    /// <summary>A picture for people, axe's verdict, and nothing that sticks out to the right, of the page or of a table.</summary>
    public async Task InspectAsync(string name, bool whole = true)
    {
        var file = Path.Combine(Repository.Root, "artifacts", "screenshots", $"{name}-{Look.ToString().ToLowerInvariant()}.png");
        await Page.ScreenshotAsync(new() { Path = file, FullPage = whole });
        var verdict = await Page.RunAxe();
        Assert.True(
            verdict.Violations.Length == 0,
            $"{name}: {string.Join("; ", verdict.Violations.Select(violation => $"{violation.Id} at {string.Join(", ", violation.Nodes.Select(node => node.Html))}"))}");
        Assert.Equal(0, await Page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - innerWidth)"));
        Assert.Equal(0, await Page.EvaluateAsync<int>("Math.max(0, ...[...document.querySelectorAll('.scroll')].map((table) => table.scrollWidth - table.clientWidth))"));
        AssertNoComplaints();
    }

    public void AssertNoComplaints() => Assert.True(_complaints.IsEmpty, string.Join("\n", _complaints));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    /// <summary>The browser notes refusals (401, 422, 503 …) and lost connections by itself; the page shows them to the user.</summary>
    [GeneratedRegex("^Failed to load resource: (the server responded with a status of 4\\d\\d|the server responded with a status of 503|net::ERR_)")]
    private static partial Regex AnsweredOrLost();
}
