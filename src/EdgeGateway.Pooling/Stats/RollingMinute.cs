namespace EdgeGateway.Pooling.Stats;

/// <summary>What happened in the last 60 seconds: the totals now, less those a minute ago. A mark a tick. Used under the pool's lock.</summary>
internal sealed class RollingMinute
{
    /// <summary>A tick a second, and one for the mark that is just older than the minute.</summary>
    private const int Marks = 62;

    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);
    private readonly (long At, Totals Totals)[] _marks = new (long, Totals)[Marks];
    private long _last;

    public void Mark(in Totals totals, long now) => _marks[++_last % Marks] = (now, totals);

    public Recently Sum(in Totals totals, long now, TimeProvider clock)
    {
        var before = Before(now, clock);
        return new(
            totals.Healthy - before.Healthy,
            totals.Faulty - before.Faulty,
            totals.Acquisitions - before.Acquisitions,
            totals.Timeouts - before.Timeouts);
    }

    /// <summary>The totals of a minute ago: zero when the pool is younger.</summary>
    private Totals Before(long now, TimeProvider clock)
    {
        for (var mark = _last; mark > Math.Max(0, _last - Marks + 1); mark--)
        {
            var (at, totals) = _marks[mark % Marks];
            if (clock.GetElapsedTime(at, now) >= Minute)
            {
                return totals;
            }
        }

        return _last >= Marks ? _marks[(_last + 1) % Marks].Totals : default;
    }

    internal readonly record struct Recently(long Healthy, long Faulty, long Acquisitions, long Timeouts)
    {
        /// <summary>Below this a rate says nothing.</summary>
        private const int FewestSamples = 10;

        public double SuccessRate => Healthy + Faulty < FewestSamples ? 1 : Math.Clamp((double)Healthy / (Healthy + Faulty), 0, 1);
    }
}
