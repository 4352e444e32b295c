using System.Diagnostics;

namespace EdgeGateway.MockUpstream.Mcp;

/// <summary>One open session: the tool calls that run in it.</summary>
internal sealed class Session
{
    private readonly Lock _lock = new();

    // Written under the lock by whichever connection serves. The most is read by `GET /counts`, where a stale figure is fine.
    private int _calls;
    private long _busyUntil;

    /// <summary>The most calls there were at once.</summary>
    public int CallsMost { get; private set; }

    public void BeginCall()
    {
        lock (_lock)
        {
            CallsMost = Math.Max(CallsMost, ++_calls);
        }
    }

    public void EndCall()
    {
        lock (_lock)
        {
            _calls--;
        }
    }

    public void ForgetMost()
    {
        lock (_lock)
        {
            CallsMost = _calls;
        }
    }

    /// <summary>The call is worked on when those before it are done. Reckoned ahead, so that a timer that fires late delays nobody else.</summary>
    /// <returns>How long it takes from now.</returns>
    public TimeSpan QueueUp(TimeSpan work)
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            _busyUntil = Math.Max(now, _busyUntil) + (long)(work.TotalSeconds * Stopwatch.Frequency);
            return Stopwatch.GetElapsedTime(now, _busyUntil);
        }
    }
}
