using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>A lease from our pool, as the relay takes it: at once where that is possible, and only else through a task.</summary>
internal readonly struct OurLease(WarmPool warm, LeaseMode mode) : IContender
{
    private readonly SessionPool<Item> _pool = warm.Pool;
    private readonly Caller _caller = warm.Caller;

    public int AcquireAndRelease()
    {
        var lease = _pool.TryAcquire(_caller, mode);
        return lease.IsHeld ? Use(lease) : AwaitAndUse();
    }

    /// <summary>A worker of the hand-off.</summary>
    public async Task WorkAsync(Turns turns, CancellationToken cancellationToken)
    {
        bool goesOn;
        do
        {
            var acquired = await _pool.AcquireAsync(_caller, mode, cancellationToken);
            Must.HaveLease(acquired.Refusal);
            goesOn = turns.Take();
            acquired.Lease.Release(LeaseOutcome.Reusable);
        }
        while (goesOn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Use(in Lease<Item> lease)
    {
        var number = lease.Session.Number;
        lease.Release(LeaseOutcome.Reusable);
        return number;
    }

    private int AwaitAndUse()
    {
        var asked = _pool.AcquireAsync(_caller, mode, CancellationToken.None);
        var acquired = asked.IsCompletedSuccessfully ? asked.Result : asked.AsTask().GetAwaiter().GetResult();
        Must.HaveLease(acquired.Refusal);
        return Use(acquired.Lease);
    }
}
