using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Tests.Engine;

public sealed class ArrivalScheduleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_constant_rate_is_spread_evenly()
    {
        var schedule = new ArrivalSchedule([LoadSimulation.Inject(100, Second, 2 * Second)]);

        Assert.Equal(200, schedule.Count);
        Assert.Equal(2 * Second, schedule.Length);
        Assert.Equal([0, 10, 20, 1990], DueMilliseconds(schedule, 0, 1, 2, 199));
    }

    [Fact]
    public void The_rate_is_per_interval()
    {
        var schedule = new ArrivalSchedule([LoadSimulation.Inject(6, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1))]);

        Assert.Equal(6, schedule.Count);
        Assert.Equal(50_000, DueMilliseconds(schedule, 5).Single());
    }

    [Fact]
    public void A_ramp_rises_from_nothing_as_the_area_under_its_rate()
    {
        // 0 to 100/s in 2 s: 100 arrivals; after half the time a quarter of them has come.
        var schedule = new ArrivalSchedule([LoadSimulation.RampingInject(100, Second, 2 * Second)]);

        Assert.Equal(100, schedule.Count);
        Assert.Equal([0, 1000], DueMilliseconds(schedule, 0, 25));
        Assert.InRange(schedule.DueOf(99), Second, 2 * Second);
    }

    [Fact]
    public void A_ramp_goes_on_from_the_rate_before_it_down_to_nothing_too()
    {
        var schedule = new ArrivalSchedule([LoadSimulation.Inject(100, Second, Second), LoadSimulation.RampingInject(0, Second, 2 * Second)]);

        Assert.Equal(200, schedule.Count);
        Assert.Equal(3 * Second, schedule.Length);
        Assert.Equal([1000, 2000], DueMilliseconds(schedule, 100, 175));
    }

    [Fact]
    public void Arrivals_never_come_before_their_predecessor()
    {
        var schedule = new ArrivalSchedule(
            [LoadSimulation.RampingInject(1000, Second, Second), LoadSimulation.Inject(1000, Second, Second), LoadSimulation.RampingInject(1, Second, Second)]);

        var due = Enumerable.Range(0, (int)schedule.Count).Select(arrival => schedule.DueOf(arrival)).ToList();

        Assert.Equal(due.Order(), due);
        Assert.InRange(due[^1], 2 * Second, 3 * Second);
    }

    [Fact]
    public void A_closed_loop_has_no_schedule() =>
        Assert.Throws<ArgumentException>(() => new ArrivalSchedule([LoadSimulation.KeepConstant(1, Second)]));

    private static double[] DueMilliseconds(ArrivalSchedule schedule, params long[] arrivals) =>
        [.. arrivals.Select(arrival => Math.Round(schedule.DueOf(arrival).TotalMilliseconds, 6))];
}
