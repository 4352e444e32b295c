namespace EdgeGateway.Pooling.Tests.Spec;

public sealed class FaultTests
{
    [Fact]
    public void Every_fault_is_injected_somewhere()
    {
        TheoryData<Fault>[] injected = [LineSpecTests.Faults, LineSpecTests.FaultsThatStarve, SlotLifeSpecTests.Faults, DrainSpecTests.Faults];
        Assert.Equal(Enum.GetValues<Fault>().Where(fault => fault != Fault.None), injected.SelectMany(rows => rows).Select(row => row.Data).Distinct().Order());
    }
}
