using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Tests.ControlPlane;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.OpenApi;

/// <summary>What the control plane really answers, against the schemas of the document.</summary>
public sealed class OpenApiAnswerTests : IAsyncLifetime
{
    /// <summary>No REST answers: streams, pages, and the MCP endpoints, whose contract is the Model Context Protocol's.</summary>
    private static readonly string[] Elsewhere = ["GET /events", "GET /admin", "GET /metrics"];

    private readonly TempFolder _folder = new();
    private readonly OpenApiContract _contract = EmbeddedContract.Load();
    private readonly HashSet<string> _succeeded = [];
    private ControlPlaneHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await ControlPlaneHost.StartAsync(_folder.Path, services: services => services.AddSingleton(new GatewayOptions
        {
            DataFolder = _folder.Path,
            JwtSecretKey = new string('k', 32),
            PublicUrl = "https://gateway.example",
            AuthorizationServers = ["https://login.example"],
            Pools = new PoolDefaults { Enabled = true },
            Settings = SettingsReader.Read(
                new Dictionary<string, string>(), new Dictionary<string, string> { ["JWT_SECRET_KEY"] = new('k', 32) }, dotEnv: null).Values,
        }));
        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token());
    }

    [Fact(Timeout = 120_000)]
    public async Task Every_answer_of_a_gateway_in_use_is_as_described()
    {
        var server = await CallAsync("POST", "/servers", """{"name": "weather", "url": "http://127.0.0.1:3001/mcp", "auth": {"type": "bearer", "token": "x"}, "tags": ["a"]}""");
        var id = $"/servers/{server["id"]}";
        await CallAsync("POST", "/servers", """{"name": "local", "transport": "stdio", "command": "/bin/sh", "env": {"KEY": "x"}, "pool": {"enabled": true, "size": 2}}""");
        await CallAsync("GET", id + "/pool/config");
        await CallAsync("PUT", id + "/pool/config", """{"enabled": true, "size": 3, "sticky_header": "x-user"}""");
        await _host.GetUntilAsync(id + "/pool/stats", stats => (int)stats["available_sessions"]! == 3);
        await CallAsync("PUT", id + "/pool/strategy", """{"strategy": "sticky"}""");
        _host.Clock.Advance(TimeSpan.FromSeconds(5));

        await CallAsync("PUT", id, """{"name": "weather", "endpoints": [{"url": "http://127.0.0.1:3001/mcp", "weight": 2}, {"url": "http://127.0.0.1:3002/mcp"}]}""");
        await CallAsync("PATCH", id, """{"description": "new"}""");
        await CallAsync("POST", id + "/state?activate=true");
        await CallAsync("POST", id + "/test");
        foreach (var read in (string[])[
            "/servers?limit=1", id, id + "/export", id + "/tools", id + "/pool/config", id + "/pool/stats", id + "/pool/sessions", id + "/pool/events",
            id + "/pool/metrics", id + "/pool/metrics?minutes=1", id + "/pool/optimize", "/servers/pools", "/servers/pools/strategies", "/servers/pools/health"])
        {
            Assert.NotEmpty(await CallAsync("GET", read));
        }

        await CallAsync("POST", id + "/pool/resize?size=4");
        await CallAsync("POST", id + "/pool/drain", """{"timeout": 10}""");
        await CallAsync("POST", id + "/pool/resume");
        await CallAsync("POST", id + "/pool/reset");

        var token = await CallAsync("POST", "/tokens", """{"subject": "ci", "expires_in": 600, "permissions": ["servers.read"]}""");
        await CallAsync("DELETE", $"/tokens/{token["jti"]}");
        await CallAsync("GET", "/tokens");
        await CallAsync("POST", "/admin/session", $$"""{"token": "{{Token()}}"}""");
        await CallAsync("GET", "/admin/session");
        await CallAsync("DELETE", "/admin/session");
        foreach (var door in (string[])["mcp", "rpc", "sse"])
        {
            await CallAsync("GET", $"/.well-known/oauth-protected-resource{id}/{door}");
        }

        await CallAsync("POST", "/reload");
        await CallAsync("DELETE", id);
        foreach (var read in (string[])["/audit", "/settings", "/health", "/health/ready", "/version", "/openapi.json", "/problems/validation"])
        {
            Assert.NotEmpty(await CallAsync("GET", read));
        }

        Assert.Equal(
            _contract.Operations.Where(operation => (string?)operation.Operation["tags"]![0] != "MCP").Select(operation => operation.Route).Except(Elsewhere).Order(StringComparer.Ordinal),
            _succeeded.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_refusal_is_as_described()
    {
        var id = "/servers/" + await _host.RegisterAsync();
        await FailAsync(404, "GET", "/servers/none");
        await FailAsync(404, "DELETE", "/servers/none");
        await FailAsync(404, "GET", "/servers/none/tools");
        await FailAsync(404, "GET", "/servers/none/pool/stats");
        await FailAsync(503, "GET", id + "/pool/stats");
        await FailAsync(503, "POST", id + "/pool/reset");
        await FailAsync(404, "GET", "/problems/none");
        await FailAsync(409, "POST", "/servers", """{"name": "weather", "url": "http://127.0.0.1:1/mcp"}""");
        await FailAsync(422, "POST", "/servers", "{}");
        await FailAsync(400, "POST", "/servers", "{");
        await FailAsync(422, "GET", "/servers?limit=0");
        await FailAsync(422, "PUT", id + "/pool/config", """{"size": 0, "timeout": 0}""");
        await FailAsync(422, "POST", id + "/state");
        await FailAsync(422, "GET", "/audit?after=x");
        await FailAsync(422, "GET", "/tokens?after=x");
        await FailAsync(422, "POST", "/tokens", "{}");
        await FailAsync(401, "POST", "/admin/session", """{"token": "x"}""");
        _host.Upstreams.ToolsList = _ => FakeReply.Json("{}");
        await FailAsync(502, "GET", id + "/tools");

        using var stale = new HttpRequestMessage(HttpMethod.Delete, id);
        stale.Headers.TryAddWithoutValidation("If-Match", "\"99\"");
        await FailAsync(412, stale, null);

        await _host.PutAsync(id + "/pool/config", """{"enabled": true}""");
        await FailAsync(409, "POST", id + "/pool/resume");
        await FailAsync(422, "POST", id + "/pool/resize?size=0");
        await FailAsync(422, "POST", id + "/pool/drain", """{"timeout": 1}""");
        await FailAsync(422, "GET", id + "/pool/sessions?status=odd");
        await FailAsync(422, "GET", id + "/pool/metrics?hours=0");

        _host.Process.BeginDraining();
        await FailAsync(503, "GET", "/health/ready");

        _host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(admin: false));
        await FailAsync(403, "GET", "/settings");
        await FailAsync(403, "POST", "/tokens", "{}");
        _host.Client.DefaultRequestHeaders.Authorization = null;
        await FailAsync(401, "GET", "/servers");
        await FailAsync(401, "GET", "/openapi.json");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_document_is_sent_once()
    {
        var first = await _host.GetAsync("/openapi.json");
        Assert.Equal((HttpStatusCode.OK, "application/json"), (first.Status, first.MediaType));
        Assert.True(JsonNode.DeepEquals(_contract.Document, first.Json));

        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi.json");
        again.Headers.Add("If-None-Match", first.ETag);
        using var known = await _host.Client.SendAsync(again, ControlPlaneHost.Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.Empty(await known.Content.ReadAsByteArrayAsync(ControlPlaneHost.Cancellation));
        Assert.Equal("private, no-cache", string.Join(", ", known.Headers.CacheControl!.ToString().Split(", ").OrderDescending()));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private string Token(bool admin = true) =>
        new TokenMinter(_host.Services.GetRequiredService<GatewayOptions>(), _host.Clock).Mint(new TokenRequest("root", TimeSpan.FromHours(1)) { Admin = admin });

    /// <summary>A call that succeeds: what is sent and what comes back are as described.</summary>
    private async Task<JsonObject> CallAsync(string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        var (status, text) = await SendAsync(request, json, checkRequest: true);
        Assert.True(status is >= 200 and < 300, $"{method} {path}: {status} {text}");
        _succeeded.Add(_contract.Find(method, path).Route);
        return text.Length == 0 ? [] : (JsonObject)JsonNode.Parse(text)!;
    }

    private async Task FailAsync(int status, string method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await FailAsync(status, request, json);
    }

    private async Task FailAsync(int status, HttpRequestMessage request, string? json)
    {
        var answer = await SendAsync(request, json, checkRequest: false);
        Assert.True(status == answer.Status, $"{request.Method} {request.RequestUri}: {answer.Status} instead of {status}: {answer.Text}");
    }

    private async Task<(int Status, string Text)> SendAsync(HttpRequestMessage request, string? json, bool checkRequest)
    {
        var path = request.RequestUri!.OriginalString;
        var (route, operation) = _contract.Find(request.Method.Method, path);
        if (checkRequest)
        {
            Assert.True(_contract.CheckRequest(operation, json) is { Count: 0 }, $"{route}: {string.Join("; ", _contract.CheckRequest(operation, json))}");
        }

        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        request.Headers.Add("Origin", _host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority));
        using var response = await _host.Client.SendAsync(request, ControlPlaneHost.Cancellation);
        var text = await response.Content.ReadAsStringAsync(ControlPlaneHost.Cancellation);
        var wrong = _contract.CheckResponse(operation, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, text);
        Assert.True(wrong.Count == 0, $"{route} {(int)response.StatusCode}: {string.Join("; ", wrong)}\n{text}");
        return ((int)response.StatusCode, text);
    }
}
