namespace EdgeGateway.LoadTests.Engine;

/// <summary>
/// Sleeps. A sleep is up to a millisecond too long, arrivals due meanwhile then begin at once, and that lateness is part of their latency.
/// Spinning would be exact, and take half of a machine of two cores away from what is measured.
/// </summary>
internal sealed class SleepingPacer : IPacer
{
    public void Wait(TimeSpan time) => Thread.Sleep(TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds)));
}
