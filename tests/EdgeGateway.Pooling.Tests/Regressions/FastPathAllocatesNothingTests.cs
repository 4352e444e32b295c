using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Regressions;

/// <summary>pool.md section 7.5, FastPathAllocatesNothing: a lease that is granted at once, and its release.</summary>
public sealed class FastPathAllocatesNothingTests
{
    private const int Calls = 1_000;

    public static TheoryData<Isolation, bool, PoolStrategy, LeaseMode> Cases()
    {
        var cases = new TheoryData<Isolation, bool, PoolStrategy, LeaseMode>();
        foreach (var strategy in Enum.GetValues<PoolStrategy>().Where(strategy => strategy != PoolStrategy.None))
        {
            foreach (var mode in Enum.GetValues<LeaseMode>())
            {
                cases.Add(Isolation.Shared, true, strategy, mode);
                cases.Add(Isolation.User, true, strategy, mode);
                cases.Add(Isolation.Auto, true, strategy, mode);
                cases.Add(Isolation.Auto, false, strategy, mode);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void FastPathAllocatesNothing(Isolation isolation, bool isStateful, PoolStrategy strategy, LeaseMode mode)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation, Strategy = strategy, EndpointWeights = [2, 1] }, new FakeUpstream { IsStateful = isStateful });
        var caller = PoolUnderTest.By("ann", stickyKey: "chat");

        // The relay makes a caller of each request anew: equal, not the same.
        var equal = PoolUnderTest.By(new string("ann"), PoolUnderTest.Plain with { }, Credential.Stored(1), new string("chat"));

        AllocatesNothing(AcquireAsync, pool, caller);
        AllocatesNothing(AcquireAsync, pool, equal);
        AllocatesNothing(TryAcquire, pool, caller);
        AllocatesNothing(TryAcquire, pool, equal);

        void AcquireAsync(PoolUnderTest pool, Caller caller)
        {
            var asked = pool.Pool.AcquireAsync(caller, mode, CancellationToken.None);
            Assert.True(asked.IsCompletedSuccessfully);
            asked.Result.Lease.Release(LeaseOutcome.Reusable, TimeSpan.FromMilliseconds(1));
        }

        void TryAcquire(PoolUnderTest pool, Caller caller)
        {
            var lease = pool.Pool.TryAcquire(caller, mode);
            Assert.True(lease.IsHeld);
            lease.Release(LeaseOutcome.Reusable);
        }
    }

    [Theory]
    [InlineData(Isolation.Auto)]
    [InlineData(Isolation.Session)]
    [InlineData(Isolation.User)]
    public async Task FastPathAllocatesNothing_OnABoundSession(Isolation isolation)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation });

        var bound = await pool.Bind("ann");

        AllocatesNothing(static (binding, finishing) => binding.Acquire(finishing).Lease.Release(LeaseOutcome.Reusable, TimeSpan.FromMilliseconds(1)), bound, false);
        AllocatesNothing(
            static (binding, _) =>
            {
                var lease = binding.TryAcquire();
                Assert.True(lease.IsHeld);
                lease.Release(LeaseOutcome.Reusable);
            },
            bound,
            false);
    }

    private static void AllocatesNothing<TOn, TArgument>(Action<TOn, TArgument> call, TOn on, TArgument argument)
    {
        Allocated();
        Assert.Equal(0, Allocated());

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Calls; i++)
            {
                call(on, argument);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
