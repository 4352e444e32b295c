using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>The same lease through its task: what the shape of the answer costs.</summary>
internal readonly struct OurAwaitedLease(WarmPool warm, LeaseMode mode) : IContender
{
    private readonly SessionPool<Item> _pool = warm.Pool;
    private readonly Caller _caller = warm.Caller;

    public int AcquireAndRelease()
    {
        var acquired = Must.BeThere(_pool.AcquireAsync(_caller, mode, CancellationToken.None));
        Must.HaveLease(acquired.Refusal);
        var number = acquired.Lease.Session.Number;
        acquired.Lease.Release(LeaseOutcome.Reusable);
        return number;
    }
}
