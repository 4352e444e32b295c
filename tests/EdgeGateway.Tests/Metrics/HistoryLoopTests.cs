using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.Pooling;
using EdgeGateway.Tests.ControlPlane;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeGateway.Tests.Metrics.Samples;

namespace EdgeGateway.Tests.Metrics;

public sealed class HistoryLoopTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(Noon.AddMilliseconds(700));
    private readonly FakeHistoryStore _store = new();
    private readonly ServerCatalog _catalog = new();
    private readonly HistoryQueue _queue;
    private readonly PoolHistories _histories;
    private HistoryLoop? _loop;

    public HistoryLoopTests()
    {
        _queue = new HistoryQueue(_store, _clock, NullLogger<HistoryQueue>.Instance);
        _histories = new PoolHistories(_catalog, _queue, _store, _clock);
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        foreach (var id in new[] { "a", "b" })
        {
            _catalog.Servers = _catalog.Servers.Add(id, Managed(id));
        }

        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_in_flight_at_a_full_second_is_seen()
    {
        await StartAsync();

        await SeesAsync("a");
        _clock.Advance(TimeSpan.FromSeconds(10));

        // Between two looks nothing is seen, which is what once a second means.
        (await LeaseAsync("a")).Release(LeaseOutcome.Reusable);
        Assert.Equal(0, _histories.Fine(_catalog.Find("a")!, TimeSpan.FromMinutes(1))[^1].InFlightMax);
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_five_minutes_all_pools_are_written_at_once_and_at_the_end_what_is_not_full()
    {
        await StartAsync();
        (await LeaseAsync("a")).Release(LeaseOutcome.Reusable);
        await AdvanceUntilAsync(() => _store.Batches.Count >= 1);
        (await LeaseAsync("a")).Release(LeaseOutcome.Reusable);

        await StopAsync();

        var (first, last) = (_store.Batches[0].Buckets, _store.Batches[^1].Buckets);
        // On a busy machine time may go on before the batch is taken; then it holds more.
        Assert.Equal([("a", 1L), ("b", 0L)], first.Where(one => one.Bucket.Start == Noon).Select(one => (one.ServerId, one.Bucket.Acquisitions)).Order());
        var present = HistorySpans.StartOf(_clock.GetUtcNow(), HistorySpans.Coarse);
        Assert.Equal([("a", present), ("b", present)], last.Where(one => one.Bucket.Start == present).Select(one => (one.ServerId, one.Bucket.Start)).Order());
        Assert.Equal(2, _store.Batches.SelectMany(batch => batch.Buckets).Sum(one => one.Bucket.Acquisitions));
        Assert.Distinct(_store.Batches.SelectMany(batch => batch.Buckets).Select(one => (one.ServerId, one.Bucket.Start)));
    }

    [Fact]
    public async Task What_waits_to_be_written_shows_when_it_is_of_the_time_asked_for()
    {
        _queue.Add("a", Bucket(Noon.AddHours(-3), acquisitions: 100));
        _queue.Add("a", Bucket(Noon.AddHours(-2), acquisitions: 10));
        _queue.Add("b", Bucket(Noon.AddHours(-2), acquisitions: 1000));
        _queue.Add("a", Bucket(Noon.AddHours(1), acquisitions: 10_000)); // from a clock that was set back since

        Assert.Equal([10, 0], (await _histories.CoarseAsync(_catalog.Find("a")!, TimeSpan.FromHours(3))).Select(bucket => bucket.Acquisitions));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_slow_disk_does_not_keep_it_from_looking()
    {
        var disk = new TaskCompletionSource();
        _store.Until = disk.Task;
        await StartAsync();
        await AdvanceUntilAsync(() => _store.Attempts == 1);

        await SeesAsync("b");
        _clock.Advance(TimeSpan.FromMinutes(5));
        await AdvanceUntilAsync(() => _queue.Waiting("a").Count >= 2);
        Assert.Equal(1, _store.Attempts);

        disk.SetResult();
        await AdvanceUntilAsync(() => _queue.Waiting("a").Count == 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_a_deleted_server_nothing_more_is_recorded()
    {
        await StartAsync();
        _catalog.Servers = _catalog.Servers.Remove("b");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await AdvanceUntilAsync(() => _store.Batches.Count >= 1);

        await StopAsync();

        Assert.DoesNotContain(_store.Batches.SelectMany(batch => batch.Buckets), one => one.ServerId == "b" && one.Bucket.Start >= Noon);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Switched_off_it_neither_looks_nor_writes(bool pooling, bool metrics)
    {
        await StartAsync(new PoolDefaults { Enabled = pooling, MetricsEnabled = metrics });
        _clock.Advance(TimeSpan.FromMinutes(6));

        await StopAsync();

        Assert.Equal(0, _store.Attempts);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pool_that_cannot_be_read_is_said_once_and_ends_nothing()
    {
        using var log = new LogLines();
        using var loggers = new LoggerFactory([log]);
        _catalog.Servers = _catalog.Servers.Add("broken", Managed("broken") with { Definition = null! });
        await StartAsync(log: loggers.CreateLogger<HistoryLoop>());

        await AdvanceUntilAsync(() => _store.Attempts >= 1);

        Assert.Equal(3103, Assert.Single(log.All).EventId);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (var managed in _catalog.Servers.Values)
        {
            await managed.Pool.ShutdownAsync(TimeSpan.Zero, keepBound: false);
        }
    }

    private async Task StartAsync(PoolDefaults? pools = null, ILogger<HistoryLoop>? log = null)
    {
        var options = new GatewayOptions { DataFolder = "", JwtSecretKey = "", Pools = pools ?? new PoolDefaults { Enabled = true } };
        _loop = new HistoryLoop(_histories, _queue, new LiveSettings(options), _clock, log ?? NullLogger<HistoryLoop>.Instance);
        await _loop.StartAsync(Cancelled);
    }

    private async Task StopAsync()
    {
        if (_loop is { } loop)
        {
            _loop = null;
            await loop.StopAsync(CancellationToken.None);
            loop.Dispose();
        }
    }

    /// <summary>Until the loop has seen a lease that is held over a full second and not when the test looks.</summary>
    private async Task SeesAsync(string id)
    {
        do
        {
            Cancelled.ThrowIfCancellationRequested();
            var lease = await LeaseAsync(id);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
            lease.Release(LeaseOutcome.Reusable);
        }
        while (_histories.Fine(_catalog.Find(id)!, TimeSpan.FromMinutes(1)).Max(bucket => bucket.InFlightMax) == 0);
    }

    private async Task AdvanceUntilAsync(Func<bool> wanted)
    {
        while (!wanted())
        {
            Cancelled.ThrowIfCancellationRequested();
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private async Task<Lease<PooledUpstream>> LeaseAsync(string id) =>
        (await _catalog.Find(id)!.Pool.AcquireAsync(new Caller("ann", new SessionClass("2025-11-25", "{}"), Credential.Stored(1)), LeaseMode.Exclusive, Cancelled)).Lease;

    private ManagedServer Managed(string id)
    {
        var opener = new FakeUpstreams().Create(Servers.Plain(id));
        var options = new PoolOptions { Enabled = true, Size = 1, DefaultClass = new SessionClass("2025-11-25", "{}"), Credential = Credential.Stored(1) };
        return new ManagedServer
        {
            Definition = Servers.Plain(id),
            Effective = new(new(), new Dictionary<string, string>()),
            Pool = new SessionPool<PooledUpstream>(options, opener, new SessionCap(100), _clock),
            Opener = opener,
            Sighting = new UpstreamSighting(_clock),
            Era = new UpstreamEra("legacy", null, _clock),
            Answers = new AnswerVersion(),
            Identity = new PoolIdentity(Guid.NewGuid(), Noon, Noon),
        };
    }
}
