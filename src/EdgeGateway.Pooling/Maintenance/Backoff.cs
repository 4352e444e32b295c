namespace EdgeGateway.Pooling.Maintenance;

/// <summary>How long to rest after failed handshakes: 100 ms doubling to 30 s, full jitter. Used under the pool's lock.</summary>
internal sealed class Backoff(TimeProvider clock, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;
    private long _until = long.MaxValue;

    public bool HasFailed => _failures > 0;

    /// <summary>Timestamp of its end; <see cref="long.MaxValue"/> when no rest is due.</summary>
    public long Until => IsResting ? _until : long.MaxValue;

    public bool IsResting => _failures > 0 && clock.GetTimestamp() < _until;

    public void Failed()
    {
        var rest = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(_failures, 9))) * random.NextDouble();
        _failures++;
        _until = clock.GetTimestamp() + (long)(rest.TotalSeconds * clock.TimestampFrequency);
    }

    public void Succeeded() => _failures = 0;
}
