using CsCheck;

namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>Generated operations on real threads, without the scheduler: the pool ends where some order of them would have led (CsCheck).</summary>
public sealed class ParallelTests
{
    [Theory]
    [InlineData(PoolStrategy.RoundRobin)]
    [InlineData(PoolStrategy.LeastConnections)]
    [InlineData(PoolStrategy.Weighted)]
    public void Leases_taken_and_given_back_in_parallel_end_as_if_one_after_the_other(PoolStrategy strategy) =>
        Gen.Const(() => (new ParallelLeases(strategy), new Count())).SampleParallel(
            Gen.Operation<ParallelLeases, Count>("take", static leases => leases.Take(), static count => count.Out = Math.Min(count.Out + 1, ParallelLeases.Permits)),
            Gen.Operation<ParallelLeases, Count>("give back", static leases => leases.GiveBack(), static count => count.Out = Math.Max(count.Out - 1, 0)),
            equal: static (leases, count) => leases.Held == count.Out && leases.InFlight == count.Out,
            iter: 50,
            threads: 1,
            printActual: static leases => $"{leases.Held} held, {leases.InFlight} in flight",
            printModel: static count => $"{count.Out} out");

    private sealed class Count
    {
        public int Out { get; set; }
    }
}
