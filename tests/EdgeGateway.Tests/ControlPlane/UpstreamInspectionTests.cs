using System.Net;
using EdgeGateway.Configuration;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class UpstreamInspectionTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        _host = await ControlPlaneHost.StartAsync(_folder.Path);
        _id = await _host.RegisterAsync();
    }

    [Fact]
    public async Task A_test_tells_who_answered_and_closes_its_session()
    {
        var report = (await _host.PostAsync($"/servers/{_id}/test")).Json;

        report.Remove("latency_ms", out var latency);
        Assert.True((double)latency! >= 0);
        Assert.Equal(
            """{"ok":true,"era":"legacy","protocol_version":"2025-11-25","server_info":{"name":"fake","version":"1.0"},"capabilities":{"tools":{"listChanged":true}},"error":null}""",
            report.ToJsonString());
        Assert.Single(_host.Upstreams.Closed);
        Assert.Equal(0, _host.Services.GetRequiredService<SessionCap>().Open);
        Assert.True((bool)(await _host.GetAsync("/servers/" + _id)).Json["status"]!["reachable"]!);
    }

    [Fact]
    public async Task A_test_that_fails_says_why()
    {
        _host.Upstreams.FailHandshakes = new SessionOpenException("upstream_refused", "nobody listens at 127.0.0.1:3001");

        var report = (await _host.PostAsync($"/servers/{_id}/test")).Json;

        Assert.False((bool)report["ok"]!);
        Assert.Null(report["era"]);
        Assert.Equal("upstream_refused: nobody listens at 127.0.0.1:3001", (string)report["error"]!);
        Assert.Equal(0, _host.Services.GetRequiredService<SessionCap>().Open);
    }

    [Fact]
    public async Task A_handshake_without_a_list_is_a_failure_that_still_tells_who_answered()
    {
        _host.Upstreams.ToolsList = _ => new FakeReply(ReplyKind.Fault, fault: new UpstreamFault(UpstreamFaultKind.ConnectionLost, "the connection broke"));

        var report = (await _host.PostAsync($"/servers/{_id}/test")).Json;

        Assert.False((bool)report["ok"]!);
        Assert.Equal("upstream_connection_lost: the connection broke", (string)report["error"]!);
        Assert.Equal("fake", (string)report["server_info"]!["name"]!);
        Assert.Single(_host.Upstreams.Closed);
    }

    [Fact]
    public async Task An_upstream_without_tools_is_fine()
    {
        _host.Upstreams.InitializeResult = """{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"bare","version":"1"}}""";

        Assert.True((bool)(await _host.PostAsync($"/servers/{_id}/test")).Json["ok"]!);
        Assert.Equal("""{"tools":[]}""", (await _host.GetAsync($"/servers/{_id}/tools")).Text);
    }

    [Fact]
    public async Task Tools_are_listed_over_all_pages_as_the_upstream_wrote_them()
    {
        _host.Upstreams.ToolsList = cursor => cursor == ""
            ? FakeReply.Json("""{"jsonrpc":"2.0","id":"egw-inspection","result":{"tools":[{"name":"a","x":1.10}],"nextCursor":"p2"}}""")
            : FakeReply.Events("""
                {"jsonrpc":"2.0","method":"notifications/message","params":{}}
                {"jsonrpc":"2.0","id":"other","result":{}}
                {"jsonrpc":"2.0","id":"egw-inspection","result":{"tools":[{"name":"b"}]}}
                """);

        Assert.Equal("""{"tools":[{"name":"a","x":1.10},{"name":"b"}]}""", (await _host.GetAsync($"/servers/{_id}/tools")).Text);
    }

    public static TheoryData<string, string> WrongAnswers => new()
    {
        { "not json", "upstream_protocol: the answer to tools/list is not JSON-RPC" },
        { "[]", "upstream_protocol: the answer to tools/list is not JSON-RPC" },
        { """{"result":{}}""", "upstream_protocol: tools/list was answered with something that is not a list" },
        { """{"error":{"code":-32601,"message":"<b>text of the upstream</b>"}}""", "upstream_protocol: tools/list was answered with error -32601" },
        { """{"result":{"tools":[],"nextCursor":"again"}}""", "upstream_protocol: tools/list did not end after 100 pages" },
    };

    [Theory]
    [MemberData(nameof(WrongAnswers))]
    public async Task A_wrong_answer_is_502(string body, string detail)
    {
        _host.Upstreams.ToolsList = _ => FakeReply.Json(body);

        var answer = await _host.GetAsync($"/servers/{_id}/tools");

        answer.IsProblem("upstream-failed", 502);
        Assert.Equal(detail, (string)answer.Json["detail"]!);
    }

    [Fact]
    public async Task An_http_error_or_a_stream_without_the_answer_is_502()
    {
        _host.Upstreams.ToolsList = _ => new FakeReply(ReplyKind.HttpError, status: 418);
        (await _host.GetAsync($"/servers/{_id}/tools")).IsProblem("upstream-failed", 502);

        _host.Upstreams.ToolsList = _ => FakeReply.Events("""{"jsonrpc":"2.0","method":"x"}""");
        (await _host.GetAsync($"/servers/{_id}/tools")).IsProblem("upstream-failed", 502);
    }

    [Fact]
    public async Task The_cap_on_sessions_holds_for_inspections()
    {
        using var folder = new TempFolder();
        await using var full = await ControlPlaneHost.StartAsync(folder.Path, new PoolDefaults { Enabled = true, MaxTotal = 1 });
        var id = await full.RegisterAsync();
        Assert.True(full.Services.GetRequiredService<SessionCap>().TryTake());

        Assert.Contains("SESSION_POOL_MAX_TOTAL", (string)(await full.GetAsync($"/servers/{id}/tools")).Json["detail"]!);
        Assert.Equal(HttpStatusCode.OK, (await full.PostAsync($"/servers/{id}/test")).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }
}
