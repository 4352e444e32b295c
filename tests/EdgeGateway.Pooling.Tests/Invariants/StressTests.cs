using System.Collections.Concurrent;
using EdgeGateway.Pooling.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests.Invariants;

/// <summary>Real threads and the real work queue: no session runs what it must not, nothing leaks, nobody is forgotten.</summary>
public sealed class StressTests
{
    private const int Callers = 8;
    private const int CallsEach = 2_000;

    private readonly ConcurrentDictionary<FakeSession, Use> _uses = new();

    [Theory]
    [InlineData(Isolation.Auto, true, false)]
    [InlineData(Isolation.User, true, false)]
    [InlineData(Isolation.Shared, true, false)]
    [InlineData(Isolation.Auto, false, false)]
    [InlineData(Isolation.User, true, true)]
    [InlineData(Isolation.Shared, true, true)]
    public async Task Many_threads_at_once_break_nothing(Isolation isolation, bool stateful, bool meddle)
    {
        var clock = new FakeTimeProvider();
        var upstream = new FakeUpstream { IsStateful = stateful };
        var cap = new SessionCap(100);
        var options = new PoolOptions
        {
            Enabled = true,
            Size = 3,
            MaxSize = 5,
            MaxConcurrency = 4,
            Isolation = isolation,
            DefaultClass = PoolUnderTest.Plain,
            Credential = PoolUnderTest.Stored,
            MaxClientSessions = 20,
        };
        var events = 0;
        var pool = new SessionPool<FakeSession>(options, upstream, cap, clock, _ => Interlocked.Increment(ref events));
        var isShared = isolation == Isolation.Shared || !stateful;

        var running = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(pool, caller, isShared))));
        var round = 0;
        while (!running.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            if (meddle && ++round % 20 == 0)
            {
                Meddle(pool, options, round / 20);
            }

            await Task.Yield();
        }

        await running;
        pool.TryResume();
        await QuietAsync(pool, cap, clock);

        var stats = pool.Stats();
        Assert.Equal((0, 0, 0, 0L), (stats.InFlight, stats.Waiting, stats.Bound, stats.DoubleReleases));
        Assert.Equal(stats.Acquisitions, stats.Releases);
        Assert.Equal(stats.Creates - stats.Destroys, stats.Total);
        Assert.Equal(stats.Total, upstream.Open.Count());
        Assert.All(upstream.Sessions, session => Assert.InRange(session.Closes, 0, 1));
        Assert.All(_uses.Values, use => Assert.Null(use.Broken));
        Assert.True(events >= pool.Events().Count);
        await pool.ShutdownAsync(TimeSpan.Zero, keepBound: false);
        Assert.Equal(0, cap.Open);
    }

    private static void Meddle(SessionPool<FakeSession> pool, PoolOptions options, int round)
    {
        switch (round % 5)
        {
            case 0:
                pool.Reset();
                break;
            case 1:
                pool.TryDrain(TimeSpan.FromMilliseconds(100));
                break;
            case 2:
                pool.TryResume();
                break;
            case 3:
                pool.Apply(options with { Size = 1, MaxSize = 2, Strategy = PoolStrategy.LeastConnections });
                break;
            default:
                pool.Apply(options with { Credential = Credential.Stored(1) }, null);
                break;
        }
    }

    private async Task CallAsync(SessionPool<FakeSession> pool, int number, bool isShared)
    {
        var random = new Random(number);
        for (var call = 0; call < CallsEach; call++)
        {
            var caller = PoolUnderTest.By($"user{random.Next(4)}");
            using var leaving = new CancellationTokenSource();
            try
            {
                if (random.Next(10) == 0)
                {
                    await BindAsync(pool, caller, random, leaving);
                }
                else
                {
                    await LeaseAsync(pool, caller, random, leaving, isShared);
                }
            }
            catch (OperationCanceledException)
            {
                Assert.True(leaving.IsCancellationRequested);
            }
        }
    }

    private async Task LeaseAsync(SessionPool<FakeSession> pool, Caller caller, Random random, CancellationTokenSource leaving, bool isShared)
    {
        var asked = pool.AcquireAsync(caller, LeaseMode.Exclusive, leaving.Token).AsTask();
        if (random.Next(8) == 0)
        {
            await Task.Yield();
            await leaving.CancelAsync();
        }

        var acquired = await asked;
        if (acquired.Refusal is not null)
        {
            return;
        }

        var use = _uses.GetOrAdd(acquired.Lease.Session, _ => new Use());
        use.Enter(caller.Principal, isShared ? 4 : 1, isShared);
        for (var i = random.Next(3); i > 0; i--)
        {
            await Task.Yield();
        }

        use.Leave();
        acquired.Lease.Release(random.Next(30) == 0 ? LeaseOutcome.SessionGone : LeaseOutcome.Reusable);
    }

    private async Task BindAsync(SessionPool<FakeSession> pool, Caller caller, Random random, CancellationTokenSource leaving)
    {
        var asked = pool.BindAsync(caller, leaving.Token).AsTask();
        if (random.Next(4) == 0)
        {
            await leaving.CancelAsync();
        }

        if ((await asked).Binding is not { } binding)
        {
            return;
        }

        if (random.Next(3) == 0)
        {
            var lost = binding.Session;
            await Task.WhenAll(binding.ReplaceAsync(lost), binding.ReplaceAsync(lost));
        }

        var acquired = binding.Acquire();
        if (acquired.Refusal is null)
        {
            var use = _uses.GetOrAdd(acquired.Lease.Session, _ => new Use());
            use.Enter(caller.Principal, 1, isShared: false);
            await Task.Yield();
            use.Leave();
            acquired.Lease.Release(LeaseOutcome.Reusable);
        }

        binding.End("done");
        binding.End("done");
    }

    /// <summary>Until the background has nothing to do any more.</summary>
    private static async Task QuietAsync(SessionPool<FakeSession> pool, SessionCap cap, FakeTimeProvider clock)
    {
        for (PoolStats stats = pool.Stats(); stats.Opening > 0 || cap.Open != stats.Total || stats.Waiting > 0 || stats.Total == 0; stats = pool.Stats())
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    private sealed class Use
    {
        private int _running;
        private string? _principal;

        public string? Broken { get; private set; }

        public void Enter(string principal, int most, bool isShared)
        {
            if (Interlocked.Increment(ref _running) > most)
            {
                Broken = $"more than {most} at once";
            }

            if (!isShared && Interlocked.CompareExchange(ref _principal, principal, null) is { } other && other != principal)
            {
                Broken = $"{other} and {principal}";
            }
        }

        public void Leave() => Interlocked.Decrement(ref _running);
    }
}
