using System.Text.Json.Nodes;
using System.Threading.Channels;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.DataPath.Modern;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>A legacy client's stream from a server without sessions: when it comes to listen to something else, the next listening is open before the last is left.</summary>
public sealed class VirtualStreamTests
{
    private const string Acknowledged = """{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{}}""";
    private const string Subscribe = """{"jsonrpc":"2.0","id":7,"method":"resources/subscribe","params":{"uri":"test://a"}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Who_subscribes_is_answered_when_the_server_knows_and_misses_nothing_until_then()
    {
        await using var upstream = await ModernUpstream.StartAsync();
        var streams = LetListen(upstream);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using var stream = await client.SendAsync(HttpMethod.Get, null);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancelled));
        var first = await streams.ReadAsync(Cancelled);
        first.Say(Acknowledged);

        var subscribing = client.PostAsync(Subscribe);
        var second = await streams.ReadAsync(Cancelled);
        await AssertIsHeardAsync(first, reader);
        Assert.False(subscribing.IsCompleted);
        Assert.False(first.Left.IsCompleted);

        second.Say(Acknowledged);
        using var subscribed = await subscribing;
        Assert.NotNull(JsonNode.Parse(await subscribed.Content.ReadAsStringAsync(Cancelled))!["result"]);
        await first.Left.WaitAsync(Cancelled);
        second.Say(Changed("resources/updated", "\"uri\":\"test://a\""));
        Assert.Equal("notifications/resources/updated", await NextMethodAsync(reader));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_new_connection_of_the_server_is_listened_to_before_the_old_one_is_left()
    {
        await using var before = await ModernUpstream.StartAsync();
        await using var after = await ModernUpstream.StartAsync();
        var (old, next) = (LetListen(before), LetListen(after));
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(before.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using var stream = await client.SendAsync(HttpMethod.Get, null);
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancelled));
        var first = await old.ReadAsync(Cancelled);
        first.Say(Acknowledged);

        await gateway.SendAsync(HttpMethod.Patch, $"/servers/{server}", $$"""{"url":"{{after.Url}}"}""");
        var second = await next.ReadAsync(Cancelled);
        await AssertIsHeardAsync(first, reader);
        Assert.False(first.Left.IsCompleted);
        second.Say(Acknowledged);
        await first.Left.WaitAsync(Cancelled);
        second.Say(Changed("prompts/list_changed"));

        Assert.Equal("notifications/prompts/list_changed", await NextMethodAsync(reader));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_acknowledge_keeps_a_subscriber_waiting_for_ten_seconds()
    {
        var clock = new FakeTimeProvider();
        using var listening = new SemaphoreSlim(0);
        var session = new FakeUpstreamSession
        {
            OnPost = (_, _) =>
            {
                listening.Release();
                return Task.FromResult<UpstreamReply>(new FakeReply(ReplyKind.Events));
            },
        };
        var credential = Credential.Stored(1);
        var options = new PoolOptions { Enabled = true, Size = 1, Isolation = Isolation.Shared, DefaultClass = new SessionClass("2025-11-25", "{}"), Credential = credential };
        var pool = new SessionPool<PooledUpstream>(options, new Opener(session), new SessionCap(10), clock);
        var caller = new Caller("ada", options.DefaultClass, credential);
        var sealedId = new SealedSession(default, default, SealedKind.Virtual, options.DefaultClass, "2025-11-25");
        var client = new ClientSession(new IssuedId("id", sealedId), "s", caller, "2025-11-25", null, false) { IsVirtual = true };
        using var leaving = new CancellationTokenSource();
        var http = new DefaultHttpContext { RequestAborted = leaving.Token };
        var streaming = new VirtualStream(http, client, caller, [], TestExchange.Route(pool: pool), new RoutingTable(), new RelayServices(clock, NullLogger.Instance), CancellationToken.None).RunAsync();
        await listening.WaitAsync(Cancelled);

        // The server does not acknowledge the stream itself, and then what is subscribed to meanwhile.
        var subscribing = client.Subscriptions.SetAsync("\"test://a\"", true);
        Assert.False(subscribing.IsCompleted);
        var waited = TimeSpan.Zero;
        while (!subscribing.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            waited += TimeSpan.FromSeconds(1);
            await Task.Yield();
        }

        Assert.True(waited >= TimeSpan.FromSeconds(20));
        await leaving.CancelAsync();
        await streaming;
    }

    /// <summary>Many times over: a stream that is being left may still carry a message or two.</summary>
    private static async Task AssertIsHeardAsync(Listened stream, StreamReader reader)
    {
        for (var i = 0; i < 50; i++)
        {
            stream.Say(Changed("tools/list_changed"));
            Assert.Equal("notifications/tools/list_changed", await NextMethodAsync(reader));
        }
    }

    private static string Changed(string what, string parameters = "") => $$"""{"jsonrpc":"2.0","method":"notifications/{{what}}","params":{{{parameters}}} }""";

    private static ChannelReader<Listened> LetListen(ModernUpstream upstream)
    {
        var streams = Channel.CreateUnbounded<Listened>();
        upstream.Instead = async (http, method) =>
        {
            if (method != "subscriptions/listen")
            {
                return false;
            }

            await ScriptedUpstream.EventsAsync(http);
            var stream = new Listened(http.Request.Headers.Authorization.ToString());
            await streams.Writer.WriteAsync(stream);
            await stream.SpeakAsync(http);
            return true;
        };
        return streams.Reader;
    }

    private static async Task<string?> NextMethodAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return (string?)JsonNode.Parse(line[5..])!["method"];
            }
        }

        throw new EndOfStreamException();
    }

    private sealed class Opener(UpstreamSession session) : ISessionOpener<PooledUpstream>
    {
        public ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken) =>
            new(new PooledUpstream(session, "u"));
    }
}
