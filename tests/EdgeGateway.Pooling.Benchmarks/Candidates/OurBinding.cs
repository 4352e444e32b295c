using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>A lease on a session that is bound to one client. With two threads: two requests of this client at once.</summary>
internal readonly struct OurBinding(WarmPool warm) : IContender
{
    private readonly Binding<Item> _binding = Bind(warm);

    public int AcquireAndRelease()
    {
        var lease = _binding.TryAcquire();
        if (!lease.IsHeld)
        {
            lease = Acquire();
        }

        var number = lease.Session.Number;
        lease.Release(LeaseOutcome.Reusable);
        return number;
    }

    private Lease<Item> Acquire()
    {
        var acquired = _binding.Acquire();
        Must.HaveLease(acquired.Refusal);
        return acquired.Lease;
    }

    private static Binding<Item> Bind(WarmPool warm)
    {
        var bound = warm.Pool.BindAsync(warm.Caller, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        Must.HaveLease(bound.Refusal);
        return bound.Binding ?? throw new InvalidOperationException("a stateful session was shared");
    }
}
