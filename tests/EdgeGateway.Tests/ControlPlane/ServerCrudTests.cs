using System.Net;
using System.Text.Json.Nodes;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class ServerCrudTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ControlPlaneHost.StartAsync(_folder.Path);

    [Fact]
    public async Task A_registered_server_is_answered_with_201_and_its_place()
    {
        var created = await _host.PostAsync("/servers", """{"name": "weather", "url": "http://127.0.0.1:3001/mcp", "tags": ["a"], "unknown": [1]}""");

        Assert.Equal(HttpStatusCode.Created, created.Status);
        var id = (string)created.Json["id"]!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal("/servers/" + id, created.Location);
        Assert.Equal("\"1\"", created.ETag);
        var expected = $$"""
            {"id":"{{id}}","name":"weather","description":null,"transport":"streamable_http","url":"http://127.0.0.1:3001/mcp",
             "endpoints":[{"url":"http://127.0.0.1:3001/mcp","weight":1}],"command":null,"args":[],"env":{},"auth":{"type":"none"},
             "passthrough_headers":[],"ca_certificate":null,"era":"auto","request_timeout":300,"tags":["a"],"enabled":true,"pool":null,
             "status":{"era":null,"protocol_version":null,"server_info":null,"reachable":null,"last_error":null,"last_seen":null},
             "created_at":"2026-11-23T12:00:00Z","updated_at":"2026-11-23T12:00:00Z"}
            """;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), created.Json), created.Text);
        Assert.True(JsonNode.DeepEquals(created.Json, (await _host.GetAsync(created.Location!)).Json));
    }

    [Fact]
    public async Task A_name_is_given_once()
    {
        var first = await _host.RegisterAsync("weather");
        var second = await _host.RegisterAsync("other");

        var taken = await _host.PostAsync("/servers", """{"name": "weather", "url": "http://127.0.0.1:1/mcp"}""");
        taken.IsProblem("name-taken", 409);
        Assert.Contains(first, (string)taken.Json["detail"]!);
        (await _host.SendAsync(HttpMethod.Patch, "/servers/" + second, """{"name": "weather"}""")).IsProblem("name-taken", 409);
        Assert.Equal(HttpStatusCode.OK, (await _host.SendAsync(HttpMethod.Patch, "/servers/" + first, """{"name": "weather"}""")).Status);
    }

    [Fact]
    public async Task An_unknown_server_is_404_on_every_route()
    {
        var id = new string('0', 32);
        (HttpMethod Method, string Path, string? Body)[] calls =
        [
            (HttpMethod.Get, "", null), (HttpMethod.Put, "", """{"name": "x", "url": "http://a.example/"}"""), (HttpMethod.Patch, "", "{}"),
            (HttpMethod.Delete, "", null), (HttpMethod.Post, "/state?activate=true", null), (HttpMethod.Get, "/export", null),
            (HttpMethod.Post, "/test", null), (HttpMethod.Get, "/tools", null), (HttpMethod.Get, "/pool/config", null),
            (HttpMethod.Put, "/pool/config", "{}"), (HttpMethod.Put, "/pool/strategy", """{"strategy": "none"}"""), (HttpMethod.Get, "/pool/stats", null),
            (HttpMethod.Get, "/pool/sessions", null), (HttpMethod.Get, "/pool/events", null), (HttpMethod.Post, "/pool/drain", "{}"),
            (HttpMethod.Post, "/pool/resume", null), (HttpMethod.Post, "/pool/reset", null), (HttpMethod.Post, "/pool/resize?size=3", null),
        ];
        foreach (var (method, path, body) in calls)
        {
            (await _host.SendAsync(method, $"/servers/{id}{path}", body)).IsProblem("server-not-found", 404);
        }
    }

    [Fact]
    public async Task Put_replaces_and_keeps_what_has_routes_of_its_own()
    {
        var id = await _host.RegisterAsync(more: """, "description": "old", "tags": ["a"], "pool": {"size": 3}, "enabled": false""");
        var replaced = await _host.PutAsync("/servers/" + id, """{"name": "new", "endpoints": [{"url": "http://a.example/", "weight": 2}]}""");

        Assert.Equal(HttpStatusCode.OK, replaced.Status);
        Assert.Equal("\"2\"", replaced.ETag);
        Assert.Null(replaced.Json["description"]);
        Assert.Null(replaced.Json["url"]);
        Assert.Empty((JsonArray)replaced.Json["tags"]!);
        Assert.Equal("""[{"url":"http://a.example/","weight":2}]""", replaced.Json["endpoints"]!.ToJsonString());
        Assert.Equal("""{"size":3}""", replaced.Json["pool"]!.ToJsonString());
        Assert.False((bool)replaced.Json["enabled"]!);
    }

    [Fact]
    public async Task What_was_read_can_be_sent_back_without_losing_a_secret()
    {
        var id = await _host.RegisterAsync(more: """, "auth": {"type": "bearer", "token": "s3cr3t"}, "passthrough_headers": ["X-Tenant"]""");
        var read = await _host.GetAsync("/servers/" + id);
        Assert.Equal("""{"type":"bearer"}""", read.Json["auth"]!.ToJsonString());
        Assert.DoesNotContain("s3cr3t", read.Text);

        Assert.Equal(HttpStatusCode.OK, (await _host.PutAsync("/servers/" + id, read.Text)).Status);

        var definition = Route(id).Server;
        Assert.Equal("Bearer s3cr3t", Assert.Single(definition.Auth.Headers).Value);
        Assert.Equal(1, definition.ConnectionVersion);
        Assert.Equal(["x-tenant"], definition.PassthroughHeaders);
    }

    [Fact]
    public async Task A_merge_patch_changes_only_what_it_names()
    {
        var id = await _host.RegisterAsync(more: """, "description": "old", "tags": ["a"], "auth": {"type": "bearer", "token": "one"}, "pool": {"size": 3, "timeout": 9}""");

        var patched = await _host.SendAsync(
            HttpMethod.Patch, "/servers/" + id, """{"description": null, "pool": {"timeout": null, "max_size": 20}}""", contentType: "application/merge-patch+json");

        Assert.Equal(HttpStatusCode.OK, patched.Status);
        Assert.Null(patched.Json["description"]);
        Assert.Equal("""["a"]""", patched.Json["tags"]!.ToJsonString());
        Assert.Equal("""{"size":3,"max_size":20}""", patched.Json["pool"]!.ToJsonString());
        Assert.Equal("Bearer one", Route(id).Server.Auth.Headers[0].Value);
        Assert.Equal(1, Route(id).Server.ConnectionVersion);

        await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"auth": {"token": "two"}}""");
        Assert.Equal("Bearer two", Route(id).Server.Auth.Headers[0].Value);
        Assert.Equal(2, Route(id).Server.ConnectionVersion);

        await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"auth": null}""");
        Assert.Empty(Route(id).Server.Auth.Headers);
    }

    [Fact]
    public async Task A_patch_may_give_the_address_in_either_form()
    {
        var id = await _host.RegisterAsync();

        var byUrl = await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"url": "http://b.example/"}""");
        Assert.Equal("""[{"url":"http://b.example/","weight":1}]""", byUrl.Json["endpoints"]!.ToJsonString());

        var byEndpoints = await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, """{"endpoints": [{"url": "http://c.example/"}, {"url": "http://d.example/", "weight": 3}]}""");
        Assert.Equal(HttpStatusCode.OK, byEndpoints.Status);
        Assert.Null(byEndpoints.Json["url"]);
    }

    [Theory]
    [InlineData("\"1\"", HttpStatusCode.OK)]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("\"7\", \"1\"", HttpStatusCode.OK)]
    [InlineData("\"2\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("W/\"1\"", HttpStatusCode.PreconditionFailed)]
    [InlineData("garbage", HttpStatusCode.PreconditionFailed)]
    public async Task A_change_may_demand_the_version_it_was_made_for(string ifMatch, HttpStatusCode expected)
    {
        var id = await _host.RegisterAsync();

        Assert.Equal(expected, (await _host.SendAsync(HttpMethod.Patch, "/servers/" + id, "{}", ifMatch)).Status);
    }

    [Fact]
    public async Task A_stale_version_stops_every_kind_of_change()
    {
        var id = await _host.RegisterAsync();
        (HttpMethod Method, string Path, string? Body)[] calls =
        [
            (HttpMethod.Put, "", """{"name": "x", "url": "http://a.example/"}"""), (HttpMethod.Patch, "", "{}"), (HttpMethod.Delete, "", null),
            (HttpMethod.Post, "/state?activate=false", null), (HttpMethod.Put, "/pool/config", "{}"), (HttpMethod.Put, "/pool/strategy", """{"strategy": "none"}"""),
        ];
        foreach (var (method, path, body) in calls)
        {
            (await _host.SendAsync(method, $"/servers/{id}{path}", body, "\"99\"")).IsProblem("precondition-failed", 412);
        }

        Assert.Equal("\"1\"", (await _host.GetAsync("/servers/" + id)).ETag);
    }

    [Fact]
    public async Task Every_read_carries_the_version()
    {
        var id = await _host.RegisterAsync();
        foreach (var path in new[] { "", "/export", "/pool/config" })
        {
            Assert.Equal("\"1\"", (await _host.GetAsync($"/servers/{id}{path}")).ETag);
        }
    }

    [Fact]
    public async Task A_deleted_server_is_gone_for_requests_too()
    {
        var id = await _host.RegisterAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await _host.SendAsync(HttpMethod.Delete, "/servers/" + id)).Status);

        (await _host.GetAsync("/servers/" + id)).IsProblem("server-not-found", 404);
        (await _host.SendAsync(HttpMethod.Delete, "/servers/" + id)).IsProblem("server-not-found", 404);
        Assert.Null(_host.Services.GetRequiredService<RoutingTable>().Find(id));
        await _host.RegisterAsync(); // the name is free again
    }

    [Fact]
    public async Task The_list_comes_in_pages_in_the_order_of_names()
    {
        foreach (var name in new[] { "d", "b", "e", "a", "c" })
        {
            await _host.RegisterAsync(name);
        }

        var names = new List<string>();
        var path = "/servers?limit=2";
        while (true)
        {
            var page = (await _host.GetAsync(path)).Json;
            var items = ((JsonArray)page["items"]!).Select(item => (string)item!["name"]!).ToList();
            Assert.InRange(items.Count, 1, 2);
            names.AddRange(items);
            if (page["next"] is not { } next)
            {
                break;
            }

            path = $"/servers?limit=2&after={Uri.EscapeDataString((string)next!)}";
        }

        Assert.Equal(["a", "b", "c", "d", "e"], names);
        Assert.Equal(5, ((JsonArray)(await _host.GetAsync("/servers")).Json["items"]!).Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("501")]
    [InlineData("many")]
    public async Task A_limit_that_is_none_is_refused(string limit) =>
        Assert.Contains("/limit", (await _host.GetAsync("/servers?limit=" + limit)).IsProblem("validation", 422));

    [Fact]
    public async Task Activation_is_a_state_of_its_own()
    {
        var id = await _host.RegisterAsync();

        var off = await _host.PostAsync($"/servers/{id}/state?activate=false");
        Assert.False((bool)off.Json["enabled"]!);
        Assert.False(Route(id).Server.Enabled);
        Assert.True((bool)(await _host.PostAsync($"/servers/{id}/state?activate=true")).Json["enabled"]!);
        Assert.True(Route(id).Server.Enabled);
        Assert.Contains("/activate", (await _host.PostAsync($"/servers/{id}/state?activate=maybe")).IsProblem("validation", 422));
        Assert.Contains("/activate", (await _host.PostAsync($"/servers/{id}/state")).IsProblem("validation", 422));
    }

    [Fact]
    public async Task An_export_can_be_imported_and_names_the_secrets_it_leaves_out()
    {
        var id = await _host.RegisterAsync(more: """
            , "description": "d", "tags": ["a"], "request_timeout": 7, "passthrough_headers": ["x-tenant"],
            "auth": {"type": "headers", "headers": {"X-Api-Key": "s3cr3t"}}, "pool": {"enabled": true, "size": 3}
            """);

        var export = await _host.GetAsync($"/servers/{id}/export");

        Assert.DoesNotContain("s3cr3t", export.Text);
        Assert.Equal("""["/auth/headers/X-Api-Key"]""", export.Json["omitted"]!.ToJsonString());
        await _host.SendAsync(HttpMethod.Delete, "/servers/" + id);
        var imported = await _host.PostAsync("/servers", export.Text);
        Assert.True(imported.Status == HttpStatusCode.Created, imported.Text);
        var again = (await _host.GetAsync($"/servers/{imported.Json["id"]}/export")).Json;
        var before = export.Json;
        before.Remove("omitted");
        again.Remove("omitted");
        Assert.True(JsonNode.DeepEquals(before, again), again.ToJsonString());
    }

    [Fact]
    public async Task Changes_at_once_happen_one_after_the_other()
    {
        var id = await _host.RegisterAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 20).Select(i => _host.PutAsync($"/servers/{id}/pool/config", $$"""{"timeout": {{i}}}""")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(Enumerable.Range(2, 20).Select(revision => $"\"{revision}\"").Order(), answers.Select(answer => answer.ETag!).Order());
        var last = answers.MaxBy(answer => int.Parse(answer.ETag!.Trim('"')))!;
        var now = await _host.GetAsync($"/servers/{id}/pool/config");
        Assert.Equal((int)last.Json["timeout"]!, (int)now.Json["timeout"]!);
        Assert.Equal((int)last.Json["timeout"]!, (int)Route(id).Pool.Options.AcquireTimeout.TotalSeconds);
    }

    [Fact]
    public async Task Of_changes_for_the_same_version_one_wins()
    {
        var id = await _host.RegisterAsync();

        var answers = await Task.WhenAll(Enumerable.Range(1, 10).Select(i =>
            _host.SendAsync(HttpMethod.Put, $"/servers/{id}/pool/config", $$"""{"timeout": {{i}}}""", "\"1\"")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(9, answers.Count(answer => answer.Status == HttpStatusCode.PreconditionFailed));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private ServerRoute Route(string id) => _host.Services.GetRequiredService<RoutingTable>().Find(id)!;
}
