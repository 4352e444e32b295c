using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Storage;
using EdgeGateway.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>GET /audit: who changed what, when, before and after.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_servers_life_is_told_newest_first()
    {
        await using var host = await StartAsync();
        var id = await host.RegisterAsync("weather", """, "tags": ["a"]""");
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"description": "new", "tags": ["b"]}""");
        await host.PutAsync($"/servers/{id}/pool/config", """{"enabled": true, "size": 3}""");
        await host.PutAsync($"/servers/{id}/pool/strategy", """{"strategy": "sticky"}""");
        await host.PostAsync($"/servers/{id}/state?activate=false");
        await host.PostAsync($"/servers/{id}/state?activate=true");
        await host.SendAsync(HttpMethod.Delete, "/servers/" + id);

        var told = await ItemsAsync(host);

        Assert.Equal(
            ["server.delete", "server.activate", "server.deactivate", "pool.configure", "pool.configure", "server.update", "server.create"],
            told.Select(item => (string?)item["action"]));
        Assert.All(told, item => Assert.Equal((id, "root"), ((string?)item["target"], (string?)item["actor"])));
        Assert.Equal(told.Select(item => (long)item["seq"]!).OrderDescending(), told.Select(item => (long)item["seq"]!));
        Assert.Equal(["seq", "at", "actor", "action", "target", "before", "after"], told[0].AsObject().Select(member => member.Key));
        Assert.Equal(new DateTime(2026, 11, 23, 12, 1, 0, DateTimeKind.Utc), (DateTime)told[^2]["at"]!);

        // What comes or goes is told whole, of a change what differs.
        Assert.Null(told[^1]["before"]);
        Assert.Equal("weather", (string?)told[^1]["after"]!["name"]);
        Same("""{"description": null, "tags": ["a"]}""", told[^2]["before"]);
        Same("""{"description": "new", "tags": ["b"]}""", told[^2]["after"]);
        Same("""{"pool": null}""", told[^3]["before"]);
        Same("""{"pool": {"enabled": true, "size": 3}}""", told[^3]["after"]);
        Same("""{"enabled": true}""", told[2]["before"]);
        Same("""{"enabled": false}""", told[2]["after"]);
        Assert.Equal("sticky", (string?)told[0]["before"]!["pool"]!["strategy"]);
        Assert.Null(told[0]["after"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_secret_is_never_told_but_that_it_changed_is()
    {
        await using var host = await StartAsync();
        var id = await host.RegisterAsync("weather", """, "auth": {"type": "bearer", "token": "s3cr3t-one"}""");
        await host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"auth": {"type": "bearer", "token": "s3cr3t-two"}}""");
        await host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"auth": {"type": "headers", "headers": {"x-key": "s3cr3t-three"}}}""");
        var local = await host.PostAsync("/servers", """{"name": "local", "transport": "stdio", "command": "/bin/sh", "env": {"KEY": "s3cr3t-four"}}""");
        await host.SendAsync(HttpMethod.Patch, $"/servers/{local.Json["id"]}", """{"env": {"KEY": "s3cr3t-five"}}""");

        var told = await ItemsAsync(host);

        Same("""{"secrets_changed": true}""", told[0]["after"]);
        Same("{}", told[0]["before"]);
        Same("""{"omitted": ["/auth/headers/x-key"], "secrets_changed": true}""", told[2]["after"]);
        Same("""{"secrets_changed": true}""", told[3]["after"]);
        Assert.Equal("server.update", (string?)told[3]["action"]);
        Assert.DoesNotContain("s3cr3t", (await host.GetAsync("/audit")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Log.All, line => line.Text.Contains("s3cr3t", StringComparison.Ordinal));
        Assert.Equal(0L, Scalar("SELECT count(*) FROM audit WHERE coalesce(before, '') || coalesce(after, '') LIKE '%s3cr3t%'"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_done_with_a_pool_is_told_and_what_was_refused_is_not()
    {
        await using var host = await StartAsync();
        var id = await host.RegisterAsync("weather", """, "pool": {"enabled": true}""");
        await host.PostAsync($"/servers/{id}/pool/resume");
        await host.PostAsync($"/servers/{id}/pool/resize?size=7");
        await host.PostAsync($"/servers/{id}/pool/drain", """{"timeout": 20}""");
        await host.PostAsync($"/servers/{id}/pool/drain");
        await host.PostAsync($"/servers/{id}/pool/resume");
        await host.PostAsync($"/servers/{id}/pool/reset");
        await host.PostAsync($"/servers/{id}/state?activate=true");
        await host.PutAsync($"/servers/{id}/pool/config", """{"enabled": true, "size": 0}""");

        var told = await ItemsAsync(host);

        Assert.Equal(["pool.reset", "pool.resume", "pool.drain", "pool.resize", "server.create"], told.Select(item => (string?)item["action"]));
        Same("""{"timeout": 20}""", told[2]["after"]);
        Same("""{"pool": {"enabled": true}}""", told[3]["before"]);
        Same("""{"pool": {"enabled": true, "size": 7}}""", told[3]["after"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Tokens_and_sign_ins_are_told()
    {
        await using var host = await StartAsync();
        var made = await host.PostAsync("/tokens", """{"subject": "ci", "permissions": ["servers.read"]}""");
        await host.SendAsync(HttpMethod.Delete, $"/tokens/{made.Json["jti"]}");
        await host.SendAsync(HttpMethod.Delete, $"/tokens/{made.Json["jti"]}");
        await SignInAndOutAsync(host, Minter(host).Mint(new TokenRequest("paula", TimeSpan.FromHours(1)) { Scopes = ["servers.read"] }));
        await SignInAndOutAsync(host, host.Services.GetRequiredService<PageSessions>().NewLink());

        var told = await ItemsAsync(host);

        Assert.Equal(
            ["page.sign_out", "page.sign_in", "page.sign_out", "page.sign_in", "token.revoke", "token.create"],
            told.Select(item => (string?)item["action"]));
        Assert.Equal(["admin", "admin", "paula", "paula", "root", "root"], told.Select(item => (string?)item["actor"]));
        Assert.Equal(("link", "token"), ((string?)told[1]["after"]!["with"], (string?)told[3]["after"]!["with"]));
        Assert.Equal((string?)made.Json["jti"], (string?)told[5]["target"]);
        Assert.Equal("ci", (string?)told[4]["after"]!["subject"]);
        Assert.DoesNotContain((string)made.Json["token"]!, (await host.GetAsync("/audit")).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_goes_on_page_by_page_and_over_a_restart()
    {
        await using (var host = await StartAsync())
        {
            foreach (var name in (string[])["a", "b", "c"])
            {
                await host.RegisterAsync(name);
            }
        }

        await using var next = await StartAsync();
        var first = (await next.GetAsync("/audit?limit=2")).Json;
        var second = (await next.GetAsync($"/audit?limit=2&after={first["next"]}")).Json;

        Assert.Equal(["c", "b", "a"], Items(first).Concat(Items(second)).Select(item => (string?)item["after"]!["name"]));
        Assert.Null(second["next"]);
        Assert.Equal(["/limit", "/after"], (await next.GetAsync("/audit?limit=0&after=x")).IsProblem("validation", 422).Keys);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_newest_ten_thousand_are_kept()
    {
        await using var host = await StartAsync();
        host.Services.GetRequiredService<Database>().Write(connection => connection.Command(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO audit (seq, at, actor, action) SELECT i, 0, 'old', 'page.sign_in' FROM n
            """).ExecuteNonQuery());

        await host.RegisterAsync();

        Assert.Equal(10_000L, Scalar("SELECT count(*) FROM audit"));
        Assert.Equal(2L, Scalar("SELECT min(seq) FROM audit"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_database_that_cannot_be_written_undoes_nothing_and_the_log_has_the_entry()
    {
        await using var host = await StartAsync(impatient: true);
        var id = await host.RegisterAsync("weather", """, "pool": {"enabled": true}""");
        using (var other = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False"))
        {
            other.Open();
            other.Command("BEGIN IMMEDIATE").ExecuteNonQuery();

            Assert.Equal(HttpStatusCode.Accepted, (await host.PostAsync($"/servers/{id}/pool/drain")).Status);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SendAsync(HttpMethod.Delete, "/servers/" + id)).Status);
            other.Command("ROLLBACK").ExecuteNonQuery();
        }

        Assert.Equal("server.create", (string?)Assert.Single(await ItemsAsync(host))["action"]);
        Assert.Contains(host.Log.All, line => line.EventId == 4001 && line.Text.Contains($"root did pool.drain {id}", StringComparison.Ordinal));
        Assert.Contains(host.Log.All, line => line.EventId == 4000 && line.Text == $"root did server.create {id}");
        Assert.DoesNotContain(host.Log.All, line => line.Text.Contains("server.delete", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_change_that_cannot_be_told_is_not_made()
    {
        await using var host = await StartAsync();
        var id = await host.RegisterAsync();
        host.Services.GetRequiredService<Database>().Write(connection => connection.Command(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT raise(ABORT, 'full'); END").ExecuteNonQuery());

        (await host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"name": "other"}""")).IsProblem("storage-unavailable", 503);

        Assert.Equal("weather", Scalar("SELECT name FROM servers"));
        Assert.Equal("weather", (string?)(await host.GetAsync("/servers/" + id)).Json["name"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_long_member_is_told_by_its_length_and_hash()
    {
        await using var host = await StartAsync();
        var id = await host.RegisterAsync();

        await host.SendAsync(HttpMethod.Patch, "/servers/" + id, $$"""{"description": "{{new string('x', 4000)}}"}""");

        Assert.Matches(@"^\(4002 characters of JSON, SHA-256 [0-9a-f]{16}…\)$", (string)(await ItemsAsync(host))[0]["after"]!["description"]!);
    }

    private async Task<ControlPlaneHost> StartAsync(bool impatient = false)
    {
        var host = await ControlPlaneHost.StartAsync(
            _folder.Path,
            authRequired: true,
            services: impatient ? services => services.AddSingleton(Database.Open(_folder.Path, Migrations.All, TimeSpan.Zero)) : null);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", Minter(host).Mint(new TokenRequest("root", TimeSpan.FromHours(1)) { Admin = true }));
        return host;
    }

    private static TokenMinter Minter(ControlPlaneHost host) => new(host.Services.GetRequiredService<GatewayOptions>(), host.Clock);

    private static async Task<List<JsonNode>> ItemsAsync(ControlPlaneHost host) => Items((await host.GetAsync("/audit")).Json);

    private static List<JsonNode> Items(JsonObject page) => [.. page["items"]!.AsArray().Select(item => item!)];

    private static void Same(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");

    private object? Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False");
        connection.Open();
        return connection.Command(sql).ExecuteScalar();
    }

    private static async Task SignInAndOutAsync(ControlPlaneHost host, string token)
    {
        var origin = host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var signIn = new HttpRequestMessage(HttpMethod.Post, "/admin/session") { Content = new StringContent($$"""{"token": "{{token}}"}""", Encoding.UTF8, "application/json") };
        signIn.Headers.Add("Origin", origin);
        using var signedIn = await host.Client.SendAsync(signIn, ControlPlaneHost.Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, signedIn.StatusCode);
        using var signOut = new HttpRequestMessage(HttpMethod.Delete, "/admin/session");
        signOut.Headers.Add("Origin", origin);
        signOut.Headers.Add("Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var signedOut = await host.Client.SendAsync(signOut, ControlPlaneHost.Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, signedOut.StatusCode);
    }
}
