namespace EdgeGateway.Pooling.Maintenance;

/// <summary>How long warm-up rests after failed handshakes: 100 ms doubling to 30 s, full jitter. Demand does not wait for it.</summary>
internal sealed class Backoff(TimeProvider clock, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private int _failures;
    private long _since;
    private TimeSpan _rest;

    public bool HasFailed => _failures > 0;

    public TimeSpan Remaining => _failures > 0 && clock.GetElapsedTime(_since) is var rested && rested < _rest ? _rest - rested : TimeSpan.Zero;

    public void Failed()
    {
        _rest = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(_failures, 9))) * random.NextDouble();
        _failures++;
        _since = clock.GetTimestamp();
    }

    public void Succeeded() => _failures = 0;
}
