using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;
using EdgeGateway.Pooling.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What goes on for others keeps nothing of whoever was first: no activity, no log scope.</summary>
public sealed class ContextTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly AsyncLocal<string?> Caller = new();

    private readonly FlowingClock _clock = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_timer_that_goes_from_call_to_call_does_not_run_in_the_first_ones_context()
    {
        var timers = new SilenceTimers(_clock);
        _clock.Caller.Value = "first";
        timers.Rent(Limit).Dispose();
        _clock.Caller.Value = null;

        using var second = timers.Rent(Limit);
        _clock.Advance(2 * Limit);

        Assert.True(second.Token.IsCancellationRequested);
        Assert.All(_clock.Ran, Assert.Null);
    }

    [Fact]
    public void Client_sessions_are_not_swept_in_the_context_of_who_came_first()
    {
        _clock.Caller.Value = "first";
        using var sessions = new ClientSessions(_clock, null!, null!, null!); // none has an id
        _clock.Caller.Value = null;

        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.NotEmpty(_clock.Ran);
        Assert.All(_clock.Ran, Assert.Null);
    }

    [Fact]
    public async Task What_an_upstream_speaks_is_not_asked_in_the_context_of_who_came_first()
    {
        var asked = new Probe();
        Caller.Value = "first";

        await new UpstreamEra("auto", asked, new FakeTimeProvider()).SpeaksModernAsync([], Cancelled);

        Assert.Equal([null], asked.By);
    }

    [Fact(Timeout = 60_000)]
    public async Task One_stream_for_all_listeners_is_not_opened_in_the_first_ones_context()
    {
        var opener = new Opener();
        var options = new PoolOptions { DefaultClass = new SessionClass("2025-11-25", "{}"), Credential = Credential.Stored(1) };
        var pool = new SessionPool<PooledUpstream>(options, opener, new SessionCap(10), new FakeTimeProvider());
        Caller.Value = "first";

        var (watcher, _) = await new Watchers(new RelayServices(new FakeTimeProvider(), NullLogger.Instance)).JoinAsync(
            TestExchange.Route(pool: pool), new Caller("ada", options.DefaultClass, options.Credential), [], Cancelled);

        Assert.Equal([null], opener.StreamsBy);
        watcher!.End();
        await pool.ShutdownAsync(TimeSpan.Zero, keepBound: false);
    }

    private sealed class Probe : IEraProbe
    {
        public event Action? Doubted
        {
            add { }
            remove { }
        }

        public List<string?> By { get; } = [];

        public ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
        {
            By.Add(Caller.Value);
            return new(EraSet.Legacy);
        }
    }

    private sealed class Opener : ISessionOpener<PooledUpstream>
    {
        public List<string?> StreamsBy { get; } = [];

        public ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken) =>
            new(new PooledUpstream(
                new FakeUpstreamSession
                {
                    OnOpenStream = _ =>
                    {
                        StreamsBy.Add(Caller.Value);
                        return Task.FromResult<UpstreamReply>(new FakeReply(ReplyKind.Events));
                    },
                },
                "u"));
    }
}
