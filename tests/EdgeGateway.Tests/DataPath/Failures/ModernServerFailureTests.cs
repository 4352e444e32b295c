using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>protocol.md section 5 for each way to a server without sessions: passed through (modern), over a virtual session (virtual), and /rpc.</summary>
public sealed class ModernServerFailureTests
{
    private const string Authorization = ",\"passthrough_headers\":[\"authorization\"]";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Doors => ["modern", "virtual", "rpc"];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_tool_call_whose_connection_broke_is_not_repeated_and_a_list_is_once(string door)
    {
        await using var stage = await Stage.SetAsync(door);
        stage.Upstream.Instead = (http, method) =>
        {
            var breaks = method is "tools/call" or "tools/list";
            if (breaks)
            {
                http.Abort();
            }

            return Task.FromResult(breaks);
        };

        var (status, called) = await stage.AskAsync("tools/call", "\"name\":\"plain\",\"arguments\":{}");
        Assert.Equal((502, "upstream_connection_lost", 7), (status, Reason(called), (int)called["id"]!));
        Assert.Equal(1, stage.Count("tools/call"));

        // A legacy client's call looks up which headers the tool wants.
        var lookedUp = stage.Count("tools/list");
        var (_, listed) = await stage.AskAsync("tools/list");
        Assert.Equal("upstream_connection_lost", Reason(listed));
        Assert.Equal(lookedUp + 2, stage.Count("tools/list"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern", 401)]
    [InlineData("modern", 403)]
    [InlineData("virtual", 401)]
    [InlineData("virtual", 403)]
    [InlineData("rpc", 401)]
    public async Task Refused_credentials_are_a_502_unless_they_are_the_callers_own(string door, int said)
    {
        foreach (var (more, told) in new[] { ("", 502), (Authorization, said) })
        {
            await using var stage = await Stage.SetAsync(door, more);
            stage.Upstream.Instead = (http, method) => RefuseAsync(http, method, said, "WWW-Authenticate", "Bearer");

            using var response = await stage.SendAsync("tools/call", "\"name\":\"plain\",\"arguments\":{}");

            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
            Assert.Equal((told, 7), ((int)response.StatusCode, (int)answer["id"]!));
            Assert.True(told != 502 || Reason(answer) == "upstream_auth");
            Assert.Equal(told == 502 ? "" : "Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_429_comes_with_the_servers_own_Retry_After(string door)
    {
        await using var stage = await Stage.SetAsync(door);
        stage.Upstream.Instead = (http, method) => RefuseAsync(http, method, 429, "Retry-After", "17");

        using var response = await stage.SendAsync("tools/call", "\"name\":\"plain\",\"arguments\":{}");

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal(17, response.Headers.RetryAfter?.Delta?.TotalSeconds);
        Assert.Equal(7, (int)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["id"]!);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("modern")]
    [InlineData("virtual")]
    public async Task A_stream_that_breaks_after_it_began_ends_with_the_error(string door)
    {
        await using var stage = await Stage.SetAsync(door);
        stage.Upstream.Instead = async (http, method) =>
        {
            if (method != "tools/call")
            {
                return false;
            }

            // Its end is a proper one: what is missing is the answer.
            await ScriptedUpstream.EventsAsync(http, """{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"error","data":"soon"}}""");
            return true;
        };

        using var response = await stage.SendAsync("tools/call", "\"name\":\"plain\",\"arguments\":{}");

        var events = ModernClient.Events(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(2, events.Length);
        Assert.Contains("soon", events[0], StringComparison.Ordinal);
        Assert.Equal((7, "upstream_connection_lost"), ((int)JsonNode.Parse(events[1])!["id"]!, Reason(JsonNode.Parse(events[1])!)));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_server_that_is_silent_too_long_is_a_504_and_its_request_is_given_up(string door)
    {
        await using var stage = await Stage.SetAsync(door, ",\"request_timeout\":1");

        var (status, answer) = await stage.AskAsync("tools/call", "\"name\":\"hang\",\"arguments\":{}");

        Assert.Equal((504, "upstream_timeout", 7), (status, Reason(answer), (int)answer["id"]!));
        await stage.Upstream.Cancelled.Task.WaitAsync(Cancelled);

        // Between modern parties the end of the connection is the cancel.
        Assert.Equal(0, stage.Count("notifications/cancelled"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_legacy_client_that_disconnects_has_not_cancelled_and_one_that_says_so_has()
    {
        await using var stage = await Stage.SetAsync("virtual");
        using var again = stage.Gateway.Raw(stage.Server, "ada");
        again.SessionId = stage.Client.SessionId;
        var calling = stage.SendAsync("tools/call", "\"name\":\"hang\",\"arguments\":{}");
        await stage.UntilSeenAsync("\"hang\"");

        stage.Client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => calling);
        Assert.Equal("plain", await again.TextOfAsync("plain"));
        Assert.False(stage.Upstream.Cancelled.Task.IsCompleted);

        using var cancelled = await again.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""");
        Assert.Equal(202, (int)cancelled.StatusCode);
        await stage.Upstream.Cancelled.Task.WaitAsync(Cancelled);
        await stage.Gateway.UntilAsync(stage.Server, stats => stats.InFlight == 0);
    }

    private static async Task<bool> RefuseAsync(HttpContext http, string method, int status, string header, string value)
    {
        if (method != "tools/call")
        {
            return false;
        }

        http.Response.StatusCode = status;
        http.Response.Headers[header] = value;
        await ScriptedUpstream.JsonAsync(http, """{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no"}}""");
        return true;
    }

    private static string? Reason(JsonNode error) => (string?)error["error"]?["data"]?["reason"];

    /// <summary>A modern server, and one client of it by the door it comes through.</summary>
    private sealed class Stage(ModernUpstream upstream, TestGateway gateway, string server, RawClient client, bool isModern) : IAsyncDisposable
    {
        private readonly ModernClient _modern = new(client) { LastId = 6 };

        public ModernUpstream Upstream => upstream;

        public TestGateway Gateway => gateway;

        public string Server => server;

        public RawClient Client => client;

        public static async Task<Stage> SetAsync(string door, string more = "")
        {
            var upstream = await ModernUpstream.StartAsync();
            var gateway = await TestGateway.StartAsync();
            var server = await gateway.AddServerAsync(upstream.Url, more: more);
            var client = door == "rpc" ? gateway.Rpc(server, "ada") : gateway.Raw(server, "ada");
            return new Stage(upstream, gateway, server, door == "virtual" ? await client.InitializeAsync() : client, door == "modern");
        }

        public Task<HttpResponseMessage> SendAsync(string method, string parameters = "")
        {
            if (!isModern)
            {
                return client.PostAsync($$"""{"jsonrpc":"2.0","id":7,"method":"{{method}}","params":{{{parameters}}} }""");
            }

            _modern.LastId = 6;
            return _modern.SendAsync(method, parameters, method == "tools/call" ? (string?)JsonNode.Parse($"{{{parameters}}}")!["name"] : null);
        }

        public async Task<(int Status, JsonNode Answer)> AskAsync(string method, string parameters = "")
        {
            using var response = await SendAsync(method, parameters);
            return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!);
        }

        public int Count(string method) => upstream.Requests.Count(request => request.Body.Contains($"\"method\":\"{method}\"", StringComparison.Ordinal));

        public async Task UntilSeenAsync(string part)
        {
            while (!upstream.Requests.Any(request => request.Body.Contains(part, StringComparison.Ordinal)))
            {
                Cancelled.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public async ValueTask DisposeAsync()
        {
            _modern.Dispose();
            await gateway.DisposeAsync();
            await upstream.DisposeAsync();
        }
    }
}
