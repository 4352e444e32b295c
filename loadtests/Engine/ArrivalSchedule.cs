using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>When the n-th arrival of an open loop is due. Nothing but arithmetic: the same simulations have the same arrivals.</summary>
internal sealed class ArrivalSchedule
{
    private readonly List<Stretch> _stretches = [];

    public ArrivalSchedule(IEnumerable<LoadSimulation> simulations)
    {
        var rate = 0d;
        foreach (var simulation in simulations)
        {
            var (before, after) = simulation switch
            {
                Inject inject => (PerSecond(inject.Rate, inject.Interval), PerSecond(inject.Rate, inject.Interval)),
                RampingInject ramp => (rate, PerSecond(ramp.Rate, ramp.Interval)),
                _ => throw new ArgumentException($"{simulation.GetType().Name} has no schedule: it is a closed loop"),
            };
            var stretch = new Stretch(Length, Count, before, after, simulation.During.TotalSeconds);
            _stretches.Add(stretch);
            (Length, Count, rate) = (Length + simulation.During, Count + stretch.Arrivals, after);
        }
    }

    /// <summary>Arrivals in all.</summary>
    public long Count { get; }

    /// <summary>From the beginning of the first simulation to the end of the last.</summary>
    public TimeSpan Length { get; }

    /// <param name="arrival">0 to <see cref="Count"/> - 1.</param>
    /// <returns>Time from the beginning.</returns>
    public TimeSpan DueOf(long arrival)
    {
        var stretch = _stretches.FindLast(stretch => stretch.First <= arrival)!;
        return stretch.Begins + TimeSpan.FromSeconds(stretch.SecondsUntil(arrival - stretch.First));
    }

    private static double PerSecond(double rate, TimeSpan interval) => rate / interval.TotalSeconds;

    /// <summary>One simulation: its rate goes evenly from one value to another, in arrivals per second.</summary>
    private sealed record Stretch(TimeSpan Begins, long First, double Before, double After, double Seconds)
    {
        /// <summary>The area under the rate.</summary>
        public long Arrivals { get; } = (long)Math.Round((Before + After) / 2 * Seconds);

        /// <summary>
        /// After t seconds Before·t + (After − Before)·t²/(2·Seconds) have come; solved for t, in the form that does not cancel where the
        /// rate hardly changes.
        /// </summary>
        public double SecondsUntil(long arrivals)
        {
            var rise = (After - Before) / Seconds;
            var root = Math.Sqrt(Math.Max(0, (Before * Before) + (2 * rise * arrivals)));
            return arrivals == 0 ? 0 : 2 * arrivals / (Before + root);
        }
    }
}
