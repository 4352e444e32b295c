using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Tests.Harness;
using EdgeGateway.Pooling.Tests.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests.Scenarios;

/// <summary>What no figure shows: the pool holds on to nothing of a session that is closed and that nobody leases any more.</summary>
public sealed class ForgettingTests
{
    [Fact]
    public void A_session_that_was_closed_under_its_lease_is_forgotten_when_the_lease_ends()
    {
        var background = new Background();
        var clock = new FakeTimeProvider();
        var upstream = new ForgetfulUpstream();
        var options = new PoolOptions { Enabled = true, Isolation = Isolation.User, Size = 1, MaxSize = 1, DefaultClass = StagedPool.Plain, Credential = Credential.Stored(1) };
        var pool = new SessionPool<FakeSession>(options, upstream, new SessionCap(10), clock, onEvent: null, background, new Random(1));
        background.Run();

        CloseUnderALease(pool, clock, background);
        GC.Collect();

        Assert.False(upstream.First!.TryGetTarget(out _));
        GC.KeepAlive(pool);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CloseUnderALease(SessionPool<FakeSession> pool, FakeTimeProvider clock, Background background)
    {
        var caller = new Caller("ann", StagedPool.Plain, Credential.Stored(1));
        var asked = pool.AcquireAsync(caller, LeaseMode.Exclusive, CancellationToken.None);
        background.Run();
        var lease = asked.IsCompleted ? asked.Result.Lease : default;
        Assert.True(pool.TryDrain(TimeSpan.Zero));
        clock.Advance(TimeSpan.FromSeconds(1));
        background.Run();
        Assert.True(lease.Session.IsClosed);

        // Another sits in its slot by the time the lease ends.
        pool.Reset();
        background.Run();
        lease.Release(LeaseOutcome.Reusable);
        background.Check();
    }

    private sealed class ForgetfulUpstream : ISessionOpener<FakeSession>
    {
        public WeakReference<FakeSession>? First { get; private set; }

        public ValueTask<FakeSession> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
        {
            var session = new FakeSession(1, endpoint, sessionClass, credential, isStateful: true);
            First ??= new WeakReference<FakeSession>(session);
            return new(session);
        }
    }
}
