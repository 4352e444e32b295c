namespace EdgeGateway.Pooling.Stats;

/// <summary>Counts of the last 60 seconds, a bucket a second. Used under the pool's lock.</summary>
internal sealed class RollingMinute(TimeProvider clock)
{
    private const int Seconds = 60;
    private readonly Bucket[] _buckets = new Bucket[Seconds];
    private readonly long _start = clock.GetTimestamp();

    public void AddOutcome(bool healthy)
    {
        ref var bucket = ref Current();
        bucket.Healthy += healthy ? 1 : 0;
        bucket.Faulty += healthy ? 0 : 1;
    }

    public void AddAcquisition() => Current().Acquisitions++;

    public void AddTimeout() => Current().Timeouts++;

    public Totals Sum()
    {
        var now = Second();
        var sum = default(Totals);
        foreach (ref readonly var bucket in _buckets.AsSpan())
        {
            if (bucket.IsUsed && now - bucket.Second < Seconds)
            {
                sum = new(sum.Healthy + bucket.Healthy, sum.Faulty + bucket.Faulty, sum.Acquisitions + bucket.Acquisitions, sum.Timeouts + bucket.Timeouts);
            }
        }

        return sum;
    }

    private ref Bucket Current()
    {
        var second = Second();
        ref var bucket = ref _buckets[second % Seconds];
        if (!bucket.IsUsed || bucket.Second != second)
        {
            bucket = new Bucket { Second = second, IsUsed = true };
        }

        return ref bucket;
    }

    private long Second() => (long)clock.GetElapsedTime(_start).TotalSeconds;

    internal readonly record struct Totals(long Healthy, long Faulty, long Acquisitions, long Timeouts)
    {
        /// <summary>Below this a rate says nothing.</summary>
        private const int FewestSamples = 10;

        public double SuccessRate => Healthy + Faulty < FewestSamples ? 1 : (double)Healthy / (Healthy + Faulty);
    }

    private struct Bucket
    {
        public long Second;
        public bool IsUsed;
        public long Healthy;
        public long Faulty;
        public long Acquisitions;
        public long Timeouts;
    }
}
