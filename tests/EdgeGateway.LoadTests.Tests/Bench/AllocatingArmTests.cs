using EdgeGateway.LoadTests.Bench;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class AllocatingArmTests
{
    [Fact]
    public void What_asking_takes_is_taken_off() => Assert.Equal(20, AllocatingArm.PerCallOf(first: 1000, before: 1500, after: 1500 + 500 + 2000, calls: 100));
}
