using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Which events go out together, and that none stays behind while anything is waited for.</summary>
public sealed class EventRelayTests
{
    private const string Ping = """{"jsonrpc":"2.0","id":"p","method":"ping"}""";

    /// <summary>State machines of the waits, which are objects in a debug build and are kept for the next wait in a release. A timer for each wait is more.</summary>
    private const int MostBytesPerEvent = 400;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _clock = new();
    private readonly ArrivingBody _body = new();

    private CountingResponse Client { get; init; } = new();

    [Fact(Timeout = 60_000)]
    public async Task Events_that_arrive_together_are_sent_together()
    {
        var (relaying, mapping) = await RelayAsync(_body);
        _body.Arrive(Progress(mapping, 1) + Progress(mapping, 2));
        _body.Arrive(Progress(mapping, 3) + Progress(mapping, 4) + Answer(mapping));

        Assert.Equal(AttemptEnd.Answered, (await relaying).End);
        Assert.Equal(["", Told(1) + Told(2), Told(3) + Told(4) + ToldAnswer], Client.Sent);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_head_goes_with_events_that_are_there_already()
    {
        var mapping = Mapping();
        _body.Arrive(Progress(mapping, 1));
        _body.Arrive(Progress(mapping, 2));

        var (relaying, _) = await RelayAsync(_body, mapping);

        Assert.Equal([Told(1) + Told(2)], Client.Sent);
        _body.Arrive(Answer(mapping));
        await relaying;
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_is_sent_before_the_next_one_is_waited_for()
    {
        var (relaying, mapping) = await RelayAsync(_body);
        for (var step = 1; step <= 3; step++)
        {
            _body.Arrive(Progress(mapping, step));

            Assert.True(_body.IsWaitedFor);
            Assert.Equal(Told(step), Client.Sent[^1]);
        }

        _body.Arrive(Answer(mapping));
        await relaying;
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_is_sent_while_the_rest_of_another_is_waited_for()
    {
        var (relaying, mapping) = await RelayAsync(_body);
        _body.Arrive(Progress(mapping, 1) + "data: {\"jsonrpc\"");
        Assert.Equal(Told(1), Client.Sent[^1]);

        _body.Arrive(": half a line");
        Assert.Equal(2, Client.Sends);
        _body.Arrive("\n\n" + Answer(mapping));
        await relaying;
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_is_sent_before_the_servers_ping_is_answered()
    {
        var pong = new TaskCompletionSource<UpstreamReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var session = new FakeUpstreamSession { OnPost = (_, _) => pong.Task };
        var (relaying, mapping) = await RelayAsync(_body, session: session);

        _body.Arrive(Progress(mapping, 1) + $"data: {Ping}\n\n" + Answer(mapping));

        Assert.Equal(Told(1), Client.Sent[^1]);
        pong.SetResult(new FakeReply(ReplyKind.Accepted));
        await relaying;
        Assert.Equal(ToldAnswer, Client.Sent[^1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upstream_that_never_lets_the_relay_wait_does_not_hold_back_its_events()
    {
        var mapping = Mapping();
        var body = new ArrivingBody { Endless = Encoding.UTF8.GetBytes(Progress(mapping, 1)) };
        Client.OnSend = () => Client.IsSlow = Client.Sends == 10;

        var (relaying, _) = await RelayAsync(body, mapping);

        Assert.Equal(10, Client.Sends);
        Assert.InRange(Client.Largest, 1, 32 * 1024);

        // The client that does not read stops the reading: nothing is collected for it.
        var reads = body.Reads;
        Assert.False(relaying.IsCompleted);
        Assert.Equal(reads, body.Reads);
        Client.OnSend = () => body.Arrive(Answer(mapping));
        Client.Catch();
        await relaying;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_client_that_does_not_read_stops_the_reading()
    {
        var (relaying, mapping) = await RelayAsync(_body);
        Client.IsSlow = true;
        _body.Arrive(Progress(mapping, 1));
        var (reads, sends) = (_body.Reads, Client.Sends);

        _body.Arrive(Progress(mapping, 2)); // meets the read that was begun before the client was waited for
        _body.Arrive(Progress(mapping, 3));

        Assert.Equal((reads, sends), (_body.Reads, Client.Sends));
        Client.OnSend = () => _body.Arrive(Answer(mapping));
        Client.Catch();
        await relaying;
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stream_that_is_idle_gets_a_comment_and_one_that_is_not_does_not()
    {
        var (relaying, mapping) = await RelayAsync(_body);
        _clock.Advance(Idle - TimeSpan.FromSeconds(1));
        _body.Arrive(Progress(mapping, 1));
        _clock.Advance(Idle - TimeSpan.FromSeconds(1));
        Assert.Equal(["", Told(1)], Client.Sent);

        _clock.Advance(TimeSpan.FromSeconds(1));
        _clock.Advance(Idle);

        Assert.Equal(["", Told(1), ": keep-alive\n\n", ": keep-alive\n\n"], Client.Sent);
        _body.Arrive(Answer(mapping));
        await relaying;
        _clock.Advance(2 * Idle);
        Assert.Equal(ToldAnswer, Client.Sent[^1]);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_waits_for_a_comment_that_is_being_sent()
    {
        var (relaying, mapping) = await RelayAsync(_body);
        Client.IsSlow = true;
        _clock.Advance(Idle);
        _body.Arrive(Answer(mapping));
        Assert.Equal(["", ": keep-alive\n\n"], Client.Sent);

        Client.Catch();

        Assert.Equal(AttemptEnd.Answered, (await relaying).End);
        Assert.Equal(["", ": keep-alive\n\n", ToldAnswer], Client.Sent);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_event_costs_next_to_no_memory()
    {
        var quiet = new EventRelayTests { Client = new CountingResponse { KeepsTexts = false } };
        var (relaying, mapping) = await quiet.RelayAsync(quiet._body);
        var progress = Encoding.UTF8.GetBytes(Progress(mapping, 1));
        for (var i = 0; i < 200; i++)
        {
            quiet._body.Arrive(progress); // until everything is compiled
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            quiet._body.Arrive(progress);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 1000, 0, MostBytesPerEvent);
        Assert.Equal(1201, quiet.Client.Sends); // one by one, each on this thread
        quiet._body.Arrive(Answer(mapping));
        await relaying;
    }

    private static string Told(int step) => $$$"""data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"mine","progress":{{{step}}}}}""" + "\n\n";

    private static string ToldAnswer => """data: {"jsonrpc":"2.0","id":1,"result":{}}""" + "\n\n";

    private static string Progress(IdMapping mapping, int step) => Told(step).Replace("\"mine\"", Encoding.UTF8.GetString(mapping.UpstreamId.Span), StringComparison.Ordinal);

    private static string Answer(IdMapping mapping) => ToldAnswer.Replace("\"id\":1", $"\"id\":{Encoding.UTF8.GetString(mapping.UpstreamId.Span)}", StringComparison.Ordinal);

    private static readonly byte[] Call = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"progressToken":"mine"}}}"""u8.ToArray();

    private static IdMapping Mapping()
    {
        Mcp.JsonRpc.Envelope.Read(Call, out var envelope);
        return IdMapping.Rewrite(Call, envelope).Mapping;
    }

    /// <summary>Runs on this thread until it waits for the body or the client.</summary>
    private async Task<(Task<Attempt> Relaying, IdMapping Mapping)> RelayAsync(ArrivingBody body, IdMapping? mapping = null, FakeUpstreamSession? session = null)
    {
        mapping ??= Mapping();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(Client);
        var x = await TestExchange.OfAsync(http, Call);
        var services = new RelayServices(_clock, NullLogger.Instance);
        var relay = new ReplyRelay(x, new PooledUpstream(session ?? new FakeUpstreamSession(), "u"), mapping, Door.Shared, services.Silence.Rent(TimeSpan.FromHours(1)), services);
        return (relay.RunAsync(new Reply(body)).AsTask(), mapping);
    }

    private sealed class Reply(ArrivingBody body) : UpstreamReply
    {
        public override ReplyKind Kind => ReplyKind.Events;

        public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) => ReadEvents(cancellationToken).ReadAllAsync();

        public override EventReader ReadEvents(CancellationToken cancellationToken) => new SseReader(body, cancellationToken);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
