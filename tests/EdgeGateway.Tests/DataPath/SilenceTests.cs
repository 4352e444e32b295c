using System.Runtime.CompilerServices;
using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>request_timeout measures the upstream's silence: neither a trickle nor a slow client is one.</summary>
public sealed class SilenceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData(ReplyKind.Events)]
    [InlineData(ReplyKind.Json)]
    public async Task A_client_that_reads_slowly_is_not_the_upstreams_silence(ReplyKind kind)
    {
        using var silence = new SilenceTimer(Limit, _clock);
        var client = new SlowClient(() => _clock.Advance(2 * Limit));

        var attempt = await RelayAsync(new Reply(kind, () => { }), client, silence);

        Assert.Equal(AttemptEnd.Answered, attempt.End);
        Assert.Contains("\"id\":1", client.Text, StringComparison.Ordinal);
        Assert.True(client.Flushes > 1);
    }

    [Theory]
    [InlineData(ReplyKind.Events)]
    [InlineData(ReplyKind.Json)]
    public async Task Every_piece_of_an_answer_starts_the_time_anew(ReplyKind kind)
    {
        using var silence = new SilenceTimer(Limit, _clock);

        var attempt = await RelayAsync(new Reply(kind, () => _clock.Advance(0.9 * Limit)), new SlowClient(() => { }), silence);

        Assert.Equal(AttemptEnd.Answered, attempt.End);
    }

    [Fact]
    public async Task Events_that_are_there_when_they_are_looked_for_start_the_time_anew_too()
    {
        using var silence = new SilenceTimer(Limit, _clock);

        var attempt = await RelayAsync(new Reply(ReplyKind.Events, () => _clock.Advance(0.9 * Limit), waits: false), new SlowClient(() => { }), silence);

        Assert.Equal(AttemptEnd.Answered, attempt.End);
    }

    [Theory]
    [InlineData(ReplyKind.Events)]
    [InlineData(ReplyKind.Json)]
    public async Task An_upstream_that_says_nothing_for_that_long_is_given_up(ReplyKind kind)
    {
        using var silence = new SilenceTimer(Limit, _clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RelayAsync(new Reply(kind, () => _clock.Advance(1.1 * Limit)), new SlowClient(() => { }), silence));
    }

    private async Task<Attempt> RelayAsync(UpstreamReply reply, SlowClient client, SilenceTimer silence)
    {
        var http = new DefaultHttpContext();
        http.Response.Body = client;
        var message = """{"jsonrpc":"2.0","id":1,"method":"tools/call"}"""u8.ToArray();
        var x = await TestExchange.OfAsync(http, message);
        var relay = new ReplyRelay(x, new PooledUpstream(new FakeUpstreamSession(), "u"), null, Door.Bound, silence, new RelayServices(_clock, NullLogger.Instance));
        return await relay.RunAsync(reply);
    }

    /// <summary>An answer in three pieces, with something happening before each.</summary>
    private sealed class Reply(ReplyKind kind, Action beforeEach, bool waits = true) : UpstreamReply
    {
        private const string Answer = """{"jsonrpc":"2.0","id":1,"result":{}}""";

        public override ReplyKind Kind => kind;

        public override Stream Body { get; } = new Pieces(beforeEach);

        public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var message in new[] { Notification, Notification, Answer })
            {
                beforeEach();
                cancellationToken.ThrowIfCancellationRequested();
                if (waits)
                {
                    await Task.Yield();
                }

                yield return new SseFrame(null, Encoding.UTF8.GetBytes(message), null, null);
            }
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private const string Notification = """{"jsonrpc":"2.0","method":"notifications/message"}""";

        private sealed class Pieces(Action beforeEach) : MemoryStream(Encoding.UTF8.GetBytes(Answer))
        {
            public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                beforeEach();
                cancellationToken.ThrowIfCancellationRequested();
                return new(Read(buffer.Span[..Math.Min(12, buffer.Length)]));
            }
        }
    }

    /// <summary>What the client gets; something happens whenever the gateway waits for it.</summary>
    private sealed class SlowClient(Action whileWaiting) : MemoryStream
    {
        public int Flushes { get; private set; }

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            Flushes++;
            whileWaiting();
            return Task.CompletedTask;
        }
    }
}
