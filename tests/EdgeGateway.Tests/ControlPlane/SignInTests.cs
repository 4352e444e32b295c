using System.Net;
using System.Text;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>The admin page's cookie: how it is got, what it opens, and when it ends.</summary>
public sealed class SignInTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_token_gives_a_cookie_that_no_script_sees_and_that_opens_the_api()
    {
        await using var host = await StartAsync();

        using var signedIn = await SignInAsync(host, Token(host));

        Assert.Equal(HttpStatusCode.NoContent, signedIn.StatusCode);
        var header = signedIn.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("; httponly", header, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", header, StringComparison.OrdinalIgnoreCase);
        var cookie = CookieOf(signedIn);
        using var shown = await SendAsync(host, HttpMethod.Get, "/admin/session", cookie);
        Assert.Contains("\"name\":\"root\",\"permissions\":[\"admin\"]", await shown.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, HttpMethod.Get, "/servers", cookie));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(host, HttpMethod.Post, "/servers", cookie));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, HttpMethod.Get, "/servers", cookie: null));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("")]
    public async Task Another_origins_page_changes_nothing_with_it(string origin)
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, Token(host));
        var cookie = CookieOf(signedIn);

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, HttpMethod.Post, "/servers", cookie, origin));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, HttpMethod.Delete, "/servers/x", cookie, origin));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, HttpMethod.Delete, "/admin/session", cookie, origin));
        using var foreign = await SignInAsync(host, Token(host), origin);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, HttpMethod.Get, "/servers", cookie, origin));
    }

    [Fact(Timeout = 60_000)]
    public async Task It_is_over_after_twelve_hours_and_with_its_token()
    {
        await using var host = await StartAsync();
        using var longLived = await SignInAsync(host, Token(host, TimeSpan.FromDays(7)));
        using var shortLived = await SignInAsync(host, Token(host, TimeSpan.FromHours(1)));

        host.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, HttpMethod.Get, "/servers", CookieOf(longLived)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, HttpMethod.Get, "/servers", CookieOf(shortLived)));

        host.Clock.Advance(TimeSpan.FromHours(10));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, HttpMethod.Get, "/servers", CookieOf(longLived)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_signs_out_is_out_everywhere_and_for_good_and_nobody_else_is()
    {
        await using var host = await StartAsync();
        using var one = await SignInAsync(host, Token(host));
        using var other = await SignInAsync(host, Token(host));

        using var left = await SendAsync(host, HttpMethod.Delete, "/admin/session", CookieOf(one));

        Assert.Equal(HttpStatusCode.NoContent, left.StatusCode);
        Assert.Contains("expires=Thu, 01 Jan 1970", left.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, HttpMethod.Get, "/servers", CookieOf(one)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, HttpMethod.Get, "/servers", CookieOf(other)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_is_revoked_takes_its_page_with_it()
    {
        await using var host = await StartAsync();
        var request = new TokenRequest("root", TimeSpan.FromHours(1)) { Admin = true };
        using var signedIn = await SignInAsync(host, Minter(host).Mint(request));

        host.Services.GetRequiredService<Revocations>().TryRevoke(request.Id, null);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, HttpMethod.Get, "/servers", CookieOf(signedIn)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_signs_in_once()
    {
        await using var host = await StartAsync();
        var link = host.Services.GetRequiredService<PageSessions>().NewLink();

        using var first = await SignInAsync(host, link);
        using var second = await SignInAsync(host, link);

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, HttpMethod.Get, "/tokens", CookieOf(first)));
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_that_twenty_use_at_once_lets_one_in()
    {
        await using var host = await StartAsync();
        var link = host.Services.GetRequiredService<PageSessions>().NewLink();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SignInAsync(host, link)));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.NoContent);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_is_good_for_half_an_hour_here_and_nowhere_else()
    {
        using var elsewhere = new TempFolder();
        await using var other = await ControlPlaneHost.StartAsync(elsewhere.Path, authRequired: true);
        await using var host = await StartAsync();
        var late = host.Services.GetRequiredService<PageSessions>().NewLink();
        var foreign = other.Services.GetRequiredService<PageSessions>().NewLink();

        using (var refused = await SignInAsync(host, foreign))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        host.Clock.Advance(TimeSpan.FromMinutes(30));
        using var tooLate = await SignInAsync(host, late);
        Assert.Equal(HttpStatusCode.Unauthorized, tooLate.StatusCode);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("once-")]
    [InlineData("once-AAAA")]
    [InlineData("no token")]
    [InlineData("\\u0000")]
    public async Task What_is_no_token_is_refused(string text)
    {
        await using var host = await StartAsync();

        using var refused = await SignInAsync(host, text);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.False(refused.Headers.Contains("Set-Cookie"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_for_calls_only_or_for_one_server_opens_no_page()
    {
        await using var host = await StartAsync();

        using var caller = await SignInAsync(host, Minter(host).Mint(new TokenRequest("x", TimeSpan.FromHours(1)) { Scopes = ["mcp.invoke"] }));
        using var narrow = await SignInAsync(host, Minter(host).Mint(new TokenRequest("x", TimeSpan.FromHours(1)) { Admin = true, ServerId = "s" }));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (caller.StatusCode, narrow.StatusCode));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_cookie_that_was_changed_or_is_a_link_opens_nothing()
    {
        await using var host = await StartAsync();
        using var signedIn = await SignInAsync(host, Token(host));
        var cookie = CookieOf(signedIn);
        var link = host.Services.GetRequiredService<PageSessions>().NewLink();

        foreach (var wrong in (string[])[cookie[..^2], cookie.Replace(cookie[30], cookie[30] == 'A' ? 'B' : 'A'), PageCookie.Name + "=" + link[5..], PageCookie.Name + "=x"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, HttpMethod.Get, "/servers", wrong));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("localhost", "", 200)]
    [InlineData("127.0.0.1", "http://localhost:3000", 200)]
    [InlineData("evil.example", "", 403)]
    [InlineData("localhost", "http://evil.example", 403)]
    public async Task Where_no_token_is_asked_for_only_this_machines_names_are_answered_to(string name, string origin, int status)
    {
        await using var host = await ControlPlaneHost.StartAsync(_folder.Path, authRequired: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/servers");
        request.Headers.Host = $"{name}:{host.Client.BaseAddress!.Port}";
        if (origin.Length > 0)
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await host.Client.SendAsync(request, Cancelled);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_secret_ends_the_sessions_of_the_old_one()
    {
        await using var host = await StartAsync();
        var options = host.Services.GetRequiredService<GatewayOptions>();
        var revocations = host.Services.GetRequiredService<Revocations>();
        var (text, _) = new PageSessions(options, revocations, host.Clock).Begin(Principal.Anonymous);

        Assert.NotNull(new PageSessions(options, revocations, host.Clock).Find(text));
        Assert.Null(new PageSessions(options with { JwtSecretKey = new string('n', 32) }, revocations, host.Clock).Find(text));
        Assert.Null(new PageSessions(options with { AuthRequired = false }, revocations, host.Clock).Find(text));
    }

    private Task<ControlPlaneHost> StartAsync() => ControlPlaneHost.StartAsync(_folder.Path, authRequired: true);

    private static TokenMinter Minter(ControlPlaneHost host) => new(host.Services.GetRequiredService<GatewayOptions>(), host.Clock);

    private static string Token(ControlPlaneHost host, TimeSpan? life = null) =>
        Minter(host).Mint(new TokenRequest("root", life ?? TimeSpan.FromDays(1)) { Admin = true });

    private static Task<HttpResponseMessage> SignInAsync(ControlPlaneHost host, string token, string? origin = null) =>
        SendAsync(host, HttpMethod.Post, "/admin/session", cookie: null, origin, $$"""{"token":"{{token}}"}""");

    private static string CookieOf(HttpResponseMessage signedIn) => signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static async Task<HttpStatusCode> StatusAsync(ControlPlaneHost host, HttpMethod method, string path, string? cookie, string? origin = null)
    {
        using var response = await SendAsync(host, method, path, cookie, origin);
        return response.StatusCode;
    }

    /// <summary>As a browser sends it: from the page's own origin unless said otherwise; empty for none.</summary>
    private static async Task<HttpResponseMessage> SendAsync(ControlPlaneHost host, HttpMethod method, string path, string? cookie, string? origin = null, string json = "{}")
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        origin ??= host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        if (origin.Length > 0)
        {
            request.Headers.Add("Origin", origin);
        }

        return await host.Client.SendAsync(request, Cancelled);
    }
}
