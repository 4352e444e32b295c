using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Tests.DataPath.Transcripts;
using EdgeGateway.TestUpstreams;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>A shared session has room for one stream; somebody else's may still be there when a watcher opens its own.</summary>
public sealed class BusyStreamTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact(Timeout = 60_000)]
    public async Task A_stream_that_is_still_taken_is_asked_for_again()
    {
        await using var scene = await Scene.SetAsync("shared");
        var client = await scene.HolderAsync();
        scene.Upstream.Faults.Add(Fault.Status(409) with { On = "GET", Times = 2 });

        using var stream = await client.ListenAsync();
        scene.Upstream.AnnounceListChanged("tools");
        await stream.NextAsync();

        scene.Transcript.AssertIs("""
            client > GET
            upstream[A] < GET
            upstream[A] < GET
            upstream[A] < GET
            client < notifications/tools/list_changed
            """);
    }

    [Fact]
    public async Task One_that_stays_taken_is_a_409_after_a_while()
    {
        var asked = 0;
        var starting = WatcherOf(409, () => asked++).StartAsync(CancellationToken.None).AsTask();
        Assert.False(starting.IsCompleted);
        var began = _clock.GetUtcNow();
        while (!starting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        var (listens, refused) = await starting;
        Assert.False(listens);
        Assert.Equal(409, refused?.Status);
        Assert.InRange(_clock.GetUtcNow() - began, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(6));
        Assert.InRange(asked, 20, 30);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    public async Task A_server_that_has_no_stream_is_asked_once(int status)
    {
        var asked = 0;

        var (listens, refused) = await WatcherOf(status, () => asked++).StartAsync(CancellationToken.None);

        Assert.Equal((false, null, 1), (listens, refused, asked));
    }

    private Watcher WatcherOf(int status, Action asked)
    {
        var session = new FakeUpstreamSession
        {
            OnOpenStream = _ =>
            {
                asked();
                return Task.FromResult<UpstreamReply>(new FakeReply(ReplyKind.HttpError, status));
            },
        };
        return new Watcher(new WatchedSession(new PooledUpstream(session, "u")), [], "s", new RelayServices(_clock, NullLogger.Instance));
    }
}
