using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A request is given up: the server hears of that before it hears that the session has ended, and the client waits for neither.</summary>
public sealed class CancelBeforeCloseTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly TaskCompletionSource<UpstreamReply> _cancelTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact(Timeout = 60_000)]
    public async Task The_session_ends_when_the_server_has_taken_the_cancel()
    {
        var (upstream, session) = await GiveUpAsync();

        var closing = upstream.CloseAsync(CancellationToken.None).AsTask();
        Assert.False(session.IsClosed);
        _cancelTaken.SetResult(new FakeReply(ReplyKind.Accepted));
        await closing;

        Assert.True(session.IsClosed);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_take_the_cancel_holds_the_end_up_for_a_second()
    {
        var (upstream, session) = await GiveUpAsync();

        var closing = upstream.CloseAsync(CancellationToken.None).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(session.IsClosed);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        await closing;

        Assert.True(session.IsClosed);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_several_that_are_on_their_way_the_end_waits_for_all()
    {
        var session = new FakeUpstreamSession();
        var upstream = new PooledUpstream(session, "u");
        var (first, second) = (new TaskCompletionSource(), new TaskCompletionSource());
        upstream.CloseAfter(first.Task);
        upstream.CloseAfter(second.Task);

        var closing = upstream.CloseAsync(CancellationToken.None).AsTask();
        second.SetResult();
        Assert.False(session.IsClosed);
        first.SetResult();
        await closing;

        Assert.True(session.IsClosed);
    }

    /// <summary>The client has its answer when this returns.</summary>
    private async Task<(PooledUpstream Upstream, FakeUpstreamSession Session)> GiveUpAsync()
    {
        var session = new FakeUpstreamSession
        {
            OnPost = async (message, cancelled) =>
            {
                if (!message.Contains("notifications/cancelled", StringComparison.Ordinal))
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancelled);
                }

                return await _cancelTaken.Task;
            },
        };
        var upstream = new PooledUpstream(session, "u");
        var x = await TestExchange.OfAsync(new DefaultHttpContext(), """{"jsonrpc":"2.0","id":1,"method":"tools/call"}"""u8.ToArray(), Limit);
        var calling = new UpstreamCall(x, upstream, x.Message, null, Door.Bound, new RelayServices(_clock, NullLogger.Instance)).RunAsync().AsTask();
        _clock.Advance(Limit);
        var attempt = await calling;
        Assert.Equal((504, LeaseOutcome.TimedOut), (attempt.Error?.Status, attempt.Outcome));
        return (upstream, session);
    }
}
