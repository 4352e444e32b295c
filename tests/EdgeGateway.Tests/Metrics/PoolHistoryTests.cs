using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.Pooling;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeGateway.Tests.Metrics.Samples;

namespace EdgeGateway.Tests.Metrics;

public sealed class PoolHistoryTests
{
    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly List<PoolBucket> _ended = [];
    private readonly PoolHistory _history;
    private PoolSample _pool = PoolSample.Zero;

    public PoolHistoryTests() => _history = new PoolHistory(() => _pool, _ended.Add);

    [Fact]
    public void A_bucket_holds_what_was_counted_in_its_time()
    {
        _pool = _pool with { Acquisitions = 3, Healthy = 2, Open = 5, InFlight = 1, Uses = Durations(10, 10) };
        Pass(5);
        _pool = _pool with { Acquisitions = 8, Timeouts = 1, Rejections = 2, Healthy = 6, Faulty = 1, Open = 6, InFlight = 0, Uses = Durations(10, 10, 400, 400, 400, 400, 400), Waits = Durations(3) };
        Pass(4);

        var (first, second) = (Recent()[0], Recent()[1]);
        Assert.Equal((Noon, 3L, 2L, 0L, 1, 5), (first.Start, first.Acquisitions, first.Healthy, first.Faulty, first.InFlightMax, first.Sessions));
        Assert.Equal((Noon.AddSeconds(5), 5L, 1L, 2L, 4L, 1L, 6), (second.Start, second.Acquisitions, second.Timeouts, second.Rejections, second.Healthy, second.Faulty, second.Sessions));
        Assert.Equal(0.8, second.SuccessRate);
        Assert.InRange(first.Uses.Percentiles().P99, 9.5, 10.5);
        Assert.InRange(second.Uses.Percentiles().P50, 380, 420);
        Assert.Equal((5L, 1L, 2L), (second.Uses.Count, second.Waits.Count, first.Uses.Count));
    }

    [Fact]
    public void What_was_counted_before_the_first_look_is_not_lost()
    {
        _pool = _pool with { Acquisitions = 2 };
        _history.Observe(Noon.AddSeconds(1));

        Assert.Equal(2, Assert.Single(Recent()).Acquisitions);
    }

    [Fact]
    public void The_most_in_flight_is_the_most_seen_and_a_request_that_goes_on_counts_in_the_next_bucket_too()
    {
        foreach (var inFlight in new[] { 1, 7, 3, 2, 2 })
        {
            _pool = _pool with { InFlight = inFlight };
            Pass(1);
        }

        _pool = _pool with { InFlight = 0 };
        Pass(5);

        Assert.Equal([7, 2, 0], Recent().Select(bucket => bucket.InFlightMax));
    }

    [Fact]
    public void Five_second_buckets_stay_for_ten_minutes()
    {
        Pass(15 * 60);

        var recent = _history.Recent(_clock.GetUtcNow() - HistorySpans.FineKept);
        Assert.Equal(120, recent.Count);
        Assert.Equal(_clock.GetUtcNow(), recent[^1].Start);
        Assert.Equal(Enumerable.Range(0, 120).Select(i => recent[0].Start.AddSeconds(5 * i)), recent.Select(bucket => bucket.Start));
        Assert.Equal(121, _history.Recent(DateTimeOffset.MinValue).Count);
    }

    [Fact]
    public void Five_minute_buckets_are_handed_on_as_they_end_and_add_up()
    {
        for (var second = 0; second < 11 * 60; second++)
        {
            _pool = _pool with { Acquisitions = _pool.Acquisitions + 1 };
            Pass(1);
        }

        Assert.Equal([Noon, Noon.AddMinutes(5)], _ended.Select(bucket => bucket.Start));
        Assert.All(_ended, bucket => Assert.Equal(300, bucket.Acquisitions));
        Assert.Equal((Noon.AddMinutes(10), 60L), (_history.Present()!.Start, _history.Present()!.Acquisitions));
        Assert.Single(_ended.Select(bucket => bucket.RecordedFrom).Distinct());
    }

    [Fact]
    public void A_gap_leaves_no_buckets_and_loses_no_counts()
    {
        Pass(1);
        _pool = _pool with { Acquisitions = 4 };
        _clock.Advance(TimeSpan.FromMinutes(12));
        Look();

        Assert.Equal([(Noon, 4L)], _ended.Select(bucket => (bucket.Start, bucket.Acquisitions)));
        Assert.Equal(Noon.AddMinutes(10), _history.Present()!.Start);
    }

    [Fact]
    public void A_pool_that_is_switched_off_ends_its_bucket_and_what_passes_meanwhile_is_nobodys()
    {
        _pool = _pool with { Acquisitions = 4 };
        Pass(3);
        _pool = _pool with { Acquisitions = 5 };
        _history.Pause();
        Assert.Equal((Noon, 5L), (Assert.Single(_ended).Start, _ended[0].Acquisitions));
        Assert.Null(_history.Present());

        _pool = _pool with { Acquisitions = 100 };
        _history.Pause();
        _pool = _pool with { Acquisitions = 101 };
        Pass(1);

        Assert.Single(_ended);
        var present = _history.Present()!;
        Assert.Equal((Noon, 1L), (present.Start, present.Acquisitions));
        Assert.NotEqual(_ended[0].RecordedFrom, present.RecordedFrom);
    }

    [Fact]
    public void A_clock_that_is_set_back_neither_loses_nor_replaces_anything()
    {
        Pass(20);
        _pool = _pool with { Acquisitions = 6 };
        Pass(1);

        var back = Noon.AddSeconds(7);
        _pool = _pool with { Acquisitions = 8 };
        _history.Observe(back);

        Assert.Equal((Noon, 6L), (Assert.Single(_ended).Start, _ended[0].Acquisitions));
        Assert.Equal((Noon, 2L), (_history.Present()!.Start, _history.Present()!.Acquisitions));
        Assert.NotEqual(_ended[0].RecordedFrom, _history.Present()!.RecordedFrom);
        Assert.Equal([Noon, Noon.AddSeconds(5), Noon.AddSeconds(5)], Recent().Select(bucket => bucket.Start));
    }

    [Fact]
    public void Two_parts_make_one_bucket()
    {
        var (first, last) = (Bucket(Noon, Noon), Bucket(Noon, Noon.AddMinutes(3)) with { InFlightMax = 2, Sessions = 9 });

        foreach (var whole in new[] { first.Plus(last), last.Plus(first) })
        {
            Assert.Equal((Noon, 14L, 2L, 4L, 6L, 8L), (whole.Start, whole.Acquisitions, whole.Timeouts, whole.Rejections, whole.Healthy, whole.Faulty));
            Assert.Equal((5, 9), (whole.InFlightMax, whole.Sessions));
            Assert.Equal((6L, 4L), (whole.Uses.Count, whole.Waits.Count));
        }
    }

    [Fact]
    public void Without_outcomes_nothing_has_failed() =>
        Assert.Equal(1, (Bucket(Noon) with { Healthy = 0, Faulty = 0 }).SuccessRate);

    private IReadOnlyList<PoolBucket> Recent() => _history.Recent(DateTimeOffset.MinValue);

    private void Look() => _history.Observe(_clock.GetUtcNow());

    private void Pass(int seconds)
    {
        Look();
        for (var i = 0; i < seconds; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Look();
        }
    }
}
