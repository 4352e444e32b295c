using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

public sealed class AllocationTests
{
    [Theory]
    [InlineData(Isolation.User)]
    [InlineData(Isolation.Shared)]
    public void A_lease_that_is_granted_at_once_and_its_release_allocate_nothing(Isolation isolation)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation });
        var caller = PoolUnderTest.By("ann");
        long Allocated(int calls)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < calls; i++)
            {
                var asked = pool.Pool.AcquireAsync(caller, LeaseMode.Exclusive, CancellationToken.None);
                asked.GetAwaiter().GetResult().Lease.Release(LeaseOutcome.Reusable);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1_000);

        Assert.Equal(0, Allocated(1_000));
    }

    [Fact]
    public async Task A_request_on_a_bound_session_allocates_nothing()
    {
        var pool = PoolUnderTest.Warm();
        var binding = await pool.Bind("ann");
        long Allocated(int calls)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < calls; i++)
            {
                binding.Acquire().Lease.Release(LeaseOutcome.Reusable);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1_000);

        Assert.Equal(0, Allocated(1_000));
    }
}
