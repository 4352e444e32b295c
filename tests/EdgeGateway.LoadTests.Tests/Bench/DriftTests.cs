using EdgeGateway.LoadTests.Bench;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class DriftTests
{
    [Fact]
    public void What_stays_flat_after_the_first_third_does_not_drift() =>
        Assert.Equal(1, Drift.LastThirdToSecond([10, 40, 70, 100, 101, 99, 100, 99, 101]));

    [Fact]
    public void A_leak_shows_as_the_last_third_over_the_second() => Assert.Equal(85.0 / 65, Drift.LastThirdToSecond([20, 30, 40, 50, 60, 70, 80, 90]));

    [Fact]
    public void One_peak_is_no_leak() => Assert.Equal(1, Drift.LastThirdToSecond([1, 1, 1, 2, 2, 2, 2, 9, 2]));

    [Fact]
    public void Two_samples_have_no_thirds() => Assert.Throws<ArgumentOutOfRangeException>(() => Drift.LastThirdToSecond([1, 2]));
}
