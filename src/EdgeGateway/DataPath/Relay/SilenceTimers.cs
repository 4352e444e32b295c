using System.Collections.Concurrent;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Timers that are not needed at the moment.</summary>
internal sealed class SilenceTimers(TimeProvider clock)
{
    /// <summary>As many calls at once are a busy gateway; 300 bytes each.</summary>
    private const int Most = 256;

    private readonly ConcurrentQueue<SilenceTimer> _kept = new();

    // Written by whoever takes or keeps one (Interlocked); a few more or less than are kept, for a moment.
    private int _count;

    /// <summary>Dispose it: then the next call has it.</summary>
    public SilenceTimer Rent(TimeSpan limit)
    {
        if (!_kept.TryDequeue(out var timer))
        {
            return new(limit, clock, this);
        }

        Interlocked.Decrement(ref _count);
        timer.Begin(limit);
        return timer;
    }

    /// <summary>False when there are enough.</summary>
    public bool TryKeep(SilenceTimer timer)
    {
        if (Interlocked.Increment(ref _count) > Most)
        {
            Interlocked.Decrement(ref _count);
            return false;
        }

        _kept.Enqueue(timer);
        return true;
    }
}
