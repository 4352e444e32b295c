using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Regressions;

/// <summary>pool.md section 7.5: who never meets whom, and who meets himself again.</summary>
public sealed class IsolationRegressionTests
{
    public static TheoryData<PoolStrategy, bool> StdioCases()
    {
        var cases = new TheoryData<PoolStrategy, bool>();
        foreach (var strategy in Enum.GetValues<PoolStrategy>())
        {
            cases.Add(strategy, false);
            cases.Add(strategy, true);
        }

        return cases;
    }

    [Theory]
    [InlineData(Isolation.Auto)]
    [InlineData(Isolation.Session)]
    [InlineData(Isolation.User)]
    public async Task IsolationTwoUsersSharedCredential(Isolation isolation)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation, Size = 1, MaxSize = 1 });
        var anns = await pool.Call("ann");

        var bobs = await pool.Call("bob");
        var annsAgain = await pool.Call("ann");

        Assert.NotSame(anns, bobs);
        Assert.NotSame(bobs, annsAgain);
        Assert.True(anns.IsClosed && bobs.IsClosed);
        Assert.All(pool.Upstream.Sessions, session => Assert.Equal(PoolUnderTest.Stored, session.Credential));
    }

    /// <summary>The same user and the same credential, and not even the calls it makes without a client session come to a chat's session.</summary>
    [Theory]
    [InlineData(Isolation.Auto)]
    [InlineData(Isolation.Session)]
    [InlineData(Isolation.User)]
    public async Task IsolationTwoChatsOneUser(Isolation isolation)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = isolation });

        var first = await pool.Bind("ann");
        var second = await pool.Bind("ann");
        var sessionless = await pool.Lease("ann");

        Assert.Equal(3, new[] { first.Session, second.Session, sessionless.Session }.Distinct().Count());
        for (var i = 0; i < 20; i++)
        {
            var call = PoolUnderTest.Request(i % 2 == 0 ? first : second);
            Assert.Same(i % 2 == 0 ? first.Session : second.Session, call.Session);
            pool.Release(call);
            Assert.DoesNotContain(await pool.Call("ann", mode: (LeaseMode)(i % 2)), new[] { first.Session, second.Session });
        }
    }

    /// <summary>
    /// What keeps state, as a local process always does, serves one user under <c>auto</c>, or one client session: whatever its callers ask
    /// for, and also when other sessions of the same upstream proved to keep none.
    /// </summary>
    [Theory]
    [MemberData(nameof(StdioCases))]
    public async Task StdioIsNeverShared(PoolStrategy strategy, bool isMixed)
    {
        var upstream = new FakeUpstream();
        var pool = PoolUnderTest.Warm(
            o => o with { Strategy = strategy, EndpointWeights = [2, 1], Size = 3, MaxSize = 4, MaxConcurrency = 32, MaxClientSessions = 6 }, upstream);
        var luck = new Random(7);
        var owners = new Dictionary<FakeSession, string>();
        var leases = new List<Lease<FakeSession>>();
        var bindings = new List<Binding<FakeSession>>();
        var (served, bound) = (0, 0);

        for (var step = 0; step < 2_000; step++)
        {
            upstream.IsStateful = !isMixed || luck.Next(2) == 0;
            var caller = PoolUnderTest.By($"user{luck.Next(4)}", stickyKey: luck.Next(2) == 0 ? null : "the same for all");
            switch (luck.Next(10))
            {
                case < 4:
                    await CallAsync(caller, (LeaseMode)luck.Next(2));
                    break;
                case < 7 when leases.Count > 0:
                    var ended = leases[luck.Next(leases.Count)];
                    leases.Remove(ended);
                    pool.Release(ended, luck.Next(10) == 0 ? LeaseOutcome.SessionGone : LeaseOutcome.Reusable);
                    break;
                case 7:
                    await BindAsync(caller);
                    break;
                case 8 when bindings.Count > 0:
                    var binding = bindings[luck.Next(bindings.Count)];
                    bindings.Remove(binding);
                    pool.End(binding);
                    break;
                default:
                    pool.Pass(TimeSpan.FromMilliseconds(luck.Next(1_500)));
                    break;
            }
        }

        Assert.True(served > 300, $"only {served} were served");
        Assert.True(bound > 20, $"only {bound} were bound");

        async Task CallAsync(Caller caller, LeaseMode mode)
        {
            using var leaving = new CancellationTokenSource();
            var asked = pool.AskUntil(leaving.Token, caller, mode);
            if (pool.Stats.Waiting > 0)
            {
                await leaving.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
                return;
            }

            if ((await asked) is { Refusal: null } acquired)
            {
                Belongs(acquired.Lease.Session, caller.Principal);
                leases.Add(acquired.Lease);
                served++;
            }
        }

        async Task BindAsync(Caller caller)
        {
            var asked = pool.AskBind(caller);
            Assert.Equal(0, pool.Stats.Waiting);
            if ((await asked).Binding is { } binding)
            {
                Belongs(binding.Session, $"client session {bound++}");
                bindings.Add(binding);
            }
        }

        void Belongs(FakeSession session, string user)
        {
            owners.TryAdd(session, user);
            Assert.True(!session.IsStateful || owners[session] == user, $"{session} of {owners[session]} serves {user}");
            Assert.False(session.IsClosed);
        }
    }

    [Theory]
    [InlineData(PoolStrategy.RoundRobin)]
    [InlineData(PoolStrategy.LeastConnections)]
    [InlineData(PoolStrategy.Weighted)]
    [InlineData(PoolStrategy.Sticky)]
    public async Task SessionlessUserKeepsContinuity(PoolStrategy strategy)
    {
        var pool = PoolUnderTest.Warm(o => o with { Strategy = strategy, EndpointWeights = [1, 1] });
        var first = await pool.Call("ann");

        for (var i = 0; i < 20; i++)
        {
            await pool.Call($"other{i % 3}");
            Assert.Same(first, await pool.Call("ann"));
        }

        if (strategy == PoolStrategy.Sticky)
        {
            return;
        }

        // While it is busy another one has to do, and from then on that is the last used one.
        var busy = await pool.Lease("ann");
        var second = await pool.Call("ann");
        pool.Release(busy);
        Assert.NotSame(first, second);
        Assert.Same(second, await pool.Call("ann"));
    }
}
