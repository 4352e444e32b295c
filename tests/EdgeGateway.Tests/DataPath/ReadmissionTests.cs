using EdgeGateway.Tests.DataPath.Modern;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Client sessions outlive the gateway's process, and nobody but their client comes into them.</summary>
public sealed class ReadmissionTests
{
    private const string Remember = """{"key":"k","text":"kept"}""";
    private const string Recall = """{"key":"k"}""";
    private const string List = """{"jsonrpc":"2.0","id":2,"method":"tools/list"}""";
    private const string Ping = """{"jsonrpc":"2.0","id":1,"method":"ping"}""";

    private const string SetLevel = """{"jsonrpc":"2.0","id":3,"method":"logging/setLevel","params":{"level":"debug"}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("""{"enabled":true}""", "2025-11-25", "{}")]
    [InlineData("""{"enabled":true,"isolation":"user"}""", "2025-06-18", """{"roots":{}}""")]
    [InlineData("""{"enabled":true,"strategy":"none"}""", "2025-11-25", "{}")]
    public async Task A_client_finds_its_state_again_after_restarts(string pool, string version, string capabilities)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);
        var id = await BeginAsync(gateway, server, version, capabilities);
        var opened = upstream.Recorded.Last("tools/call").SessionId;

        for (var i = 0; i < 2; i++)
        {
            await gateway.RestartAsync();
            using var client = Again(gateway, server, id);

            Assert.Equal("kept", await client.TextOfAsync("recall", Recall));
            Assert.Equal(opened, upstream.Recorded.Last("tools/call").SessionId);
            Assert.Equal(version, upstream.Recorded.Last("tools/call").Headers["mcp-protocol-version"]);
        }

        Assert.InRange(id.Length, 64, 300);
        Assert.All(id, character => Assert.InRange(character, '!', '~'));
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_what_a_client_can_come_back_for_stays_open_upstream()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        await BeginAsync(gateway, server);
        var kept = upstream.Recorded.Last("tools/call").SessionId;
        using var unlucky = await gateway.Raw(server).InitializeAsync();
        using (await unlucky.PostAsync(List))
        {
            upstream.ForgetSession(upstream.Recorded.Last("tools/list").SessionId!);
        }

        using (await unlucky.PostAsync(List))
        {
        }

        var replacement = upstream.Recorded.Last("tools/list").SessionId;
        Assert.Contains(replacement, upstream.OpenSessionIds);

        await gateway.RestartAsync();

        Assert.Contains(kept, upstream.OpenSessionIds);
        Assert.DoesNotContain(replacement, upstream.OpenSessionIds);
        Assert.Equal(404, await StatusAsync(gateway, server, unlucky.SessionId!, "admin", List));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_of_shared_sessions_goes_on_too()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"isolation":"shared"}""");
        var id = await BeginAsync(gateway, server);

        await gateway.RestartAsync();

        using var client = Again(gateway, server, id);
        Assert.Equal("x", await client.TextOfAsync("echo", """{"text":"x"}"""));
        Assert.Equal(0, gateway.Stats(server).Bound);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_of_a_server_without_sessions_goes_on_too()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var first = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"elicitation":{}}""");

        await gateway.RestartAsync();

        using var client = Again(gateway, server, first.SessionId!);
        Assert.Equal("plain", await client.TextOfAsync("plain"));
        Assert.Contains("clientCapabilities\":{\"elicitation\":{}}", upstream.LastCall, StringComparison.Ordinal);
        using var level = await client.PostAsync(SetLevel);
        Assert.Equal("""{"jsonrpc":"2.0","id":3,"result":{}}""", await level.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(SetLevel)]
    [InlineData("""{"jsonrpc":"2.0","id":3,"method":"resources/subscribe","params":{"uri":"file:///a"}}""")]
    public async Task What_a_server_without_sessions_was_not_told_is_not_forgotten_in_silence(string message)
    {
        await using var upstream = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        using (await client.PostAsync(message))
        {
            Assert.Equal("plain", await client.TextOfAsync("plain"));
        }

        await gateway.RestartAsync();

        Assert.Equal(404, await StatusAsync(gateway, server, client.SessionId!));
    }

    [Fact(Timeout = 60_000)]
    public async Task To_anybody_else_the_id_says_nothing()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var (server, other) = (await gateway.AddServerAsync(upstream.Url), await gateway.AddServerAsync(upstream.Url));
        var id = await BeginAsync(gateway, server);

        await gateway.RestartAsync();

        Assert.Equal(404, await StatusAsync(gateway, server, id, user: "bob"));
        Assert.Equal(404, await StatusAsync(gateway, other, id));
        Assert.Equal(404, await StatusAsync(gateway, server, "no-such-session"));
        foreach (var at in (int[])[0, 5, 20, id.Length / 2, id.Length - 1])
        {
            Assert.Equal(404, await StatusAsync(gateway, server, $"{id[..at]}{(id[at] == 'A' ? 'B' : 'A')}{id[(at + 1)..]}"));
        }

        Assert.Equal(0, gateway.Stats(server).Bound);
        Assert.Equal(200, await StatusAsync(gateway, server, id));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_ended_session_stays_ended(bool endsAfterRestart)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var id = await BeginAsync(gateway, server);
        if (endsAfterRestart)
        {
            await gateway.RestartAsync();
        }

        using (var client = Again(gateway, server, id))
        using (var ended = await client.SendAsync(HttpMethod.Delete, null))
        {
            Assert.Equal(200, (int)ended.StatusCode);
        }

        Assert.Equal(404, await StatusAsync(gateway, server, id));
        await gateway.RestartAsync();

        Assert.Equal(404, await StatusAsync(gateway, server, id));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_session_that_somebody_else_ended_stays_ended_too()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var id = await BeginAsync(gateway, server);
        await gateway.SendAsync(HttpMethod.Post, $"/servers/{server}/pool/reset");

        await gateway.RestartAsync();

        Assert.Equal(404, await StatusAsync(gateway, server, id));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(1439, 200)]
    [InlineData(1441, 404)]
    public async Task A_day_after_its_beginning_nobody_can_go_on_with_it(int minutes, int status)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var id = await BeginAsync(gateway, server);

        await gateway.RestartAsync(later: TimeSpan.FromMinutes(minutes));

        Assert.Equal(status, await StatusAsync(gateway, server, id));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_change_of_the_key_is_survived_once()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, more: ""","auth":{"type":"bearer","token":"t"}""");
        var id = await BeginAsync(gateway, server);

        await gateway.RestartAsync(Rotate);
        Assert.Equal(200, await StatusAsync(gateway, server, id));
        await gateway.RestartAsync(Rotate);
        Assert.Equal(404, await StatusAsync(gateway, server, id));

        static void Rotate(string folder) =>
            File.Move(Path.Combine(folder, "gateway.key"), Path.Combine(folder, "gateway.key.previous"), overwrite: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task Ten_requests_at_once_adopt_it_once()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var id = await BeginAsync(gateway, server);
        await gateway.RestartAsync();
        using var client = Again(gateway, server, id);

        var texts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.TextOfAsync("recall", Recall)));

        Assert.All(texts, text => Assert.Equal("kept", text));
        Assert.Equal(1, gateway.Stats(server).Bound);
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_connection_is_not_gone_on_with()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var id = await BeginAsync(gateway, server);
        await gateway.RestartAsync();

        await gateway.SendAsync(HttpMethod.Patch, $"/servers/{server}", """{"auth":{"type":"bearer","token":"new"}}""");

        Assert.Equal(404, await StatusAsync(gateway, server, id));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_the_upstream_forgot_meanwhile_is_gone()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var id = await BeginAsync(gateway, server);
        await gateway.RestartAsync(_ => upstream.ForgetSessions());
        using var client = Again(gateway, server, id);

        using var answer = await client.PostAsync(List);

        Assert.Equal(404, (int)answer.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_limit_on_client_sessions_holds_for_those_who_come_back()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, """{"enabled":true,"max_client_sessions":1}""");
        var id = await BeginAsync(gateway, server);
        await gateway.RestartAsync();
        using var newcomer = await gateway.Raw(server, "bob").InitializeAsync();

        Assert.Equal(503, await StatusAsync(gateway, server, id));
        using (await newcomer.SendAsync(HttpMethod.Delete, null))
        {
        }

        Assert.Equal(200, await StatusAsync(gateway, server, id));
    }

    /// <summary>A session of ada's that the upstream knows something of.</summary>
    private static async Task<string> BeginAsync(TestGateway gateway, string server, string version = "2025-11-25", string capabilities = "{}")
    {
        using var client = await gateway.Raw(server, "ada").InitializeAsync(version, capabilities);
        await client.CallAsync("remember", Remember);
        return client.SessionId!;
    }

    private static RawClient Again(TestGateway gateway, string server, string id, string user = "ada")
    {
        var client = gateway.Raw(server, user);
        client.SessionId = id;
        return client;
    }

    private static async Task<int> StatusAsync(TestGateway gateway, string server, string id, string user = "ada", string message = Ping)
    {
        using var client = Again(gateway, server, id, user);
        using var answer = await client.PostAsync(message);
        return (int)answer.StatusCode;
    }
}
