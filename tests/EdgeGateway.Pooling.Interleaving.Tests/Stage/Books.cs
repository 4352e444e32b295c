using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>
/// What the callers know: who asked when, who holds what. Checks at every grant what must never happen, and at rest that the pool's figures
/// are the callers' (pool.md section 6). Written by whichever strand runs, between its steps.
/// </summary>
internal sealed class Books(StagedPool pool)
{
    private readonly Dictionary<FakeSession, Life> _lives = [];
    private readonly Dictionary<FakeSession, int> _spoiled = [];
    private int _now;
    private int _notRequests;
    private int _bound;
    private int _left;

    public List<Asked> Asks { get; } = [];

    public List<Held> Leases { get; } = [];

    public List<Held> Out { get; } = [];

    public List<Binding<FakeSession>> Bindings { get; } = [];

    public Rules Rules { get; } = new(pool.Options);

    /// <summary>Releases of a lease that had been released.</summary>
    public int DoubleReleases { get; set; }

    /// <summary>Requests outside the schedule.</summary>
    public int CallsAlone { get; set; }

    /// <summary>Sessions are closed under their leases: the drain's time is over, or the client has ended its session.</summary>
    public bool MayCutLeases { get; set; }

    public int Now => ++_now;

    public Asked Ask(Caller caller, LeaseMode mode, bool bind = false)
    {
        var asked = new Asked(Asks.Count, caller, mode, bind, Now);
        Asks.Add(asked);
        return asked;
    }

    /// <summary>It will be answered later.</summary>
    public void Joined(Asked asked) => asked.Joined = Now;

    public void Left(Asked asked)
    {
        End(asked);
        _left++;
        pool.Note($"{asked} was called away");
    }

    /// <summary>The pool does not count who asks on a binding that has ended.</summary>
    public void NotARequest(Asked asked)
    {
        End(asked);
        _notRequests++;
    }

    public Held? Answered(Asked asked, Acquired<FakeSession> acquired, Binding<FakeSession>? binding)
    {
        End(asked);
        if (acquired.Refusal is { } refusal)
        {
            pool.Note($"{asked} was refused: {refusal.Reason}");
            return null;
        }

        var held = new Held(asked, acquired.Lease, binding);
        pool.Note($"{asked} got {held.Session}");
        Check(held);
        Leases.Add(held);
        Out.Add(held);
        return held;
    }

    public Binding<FakeSession>? Bound(Asked asked, Bound<FakeSession> bound)
    {
        End(asked);
        _bound += bound.Refusal is null ? 1 : 0;
        if (bound.Binding is not { } binding)
        {
            return null;
        }

        var session = binding.Session;
        pool.Note($"{asked} is bound to {session}");
        Assert.DoesNotContain(Out, other => other.Session == session);
        LifeOf(session).Use(asked.Caller.Principal, surelyShared: false, surelyOwned: true);
        Bindings.Add(binding);
        return binding;
    }

    /// <summary>The client session is about to end: from now on its session may be anybody's of its user.</summary>
    public void Unbound(Binding<FakeSession> binding) => Bindings.Remove(binding);

    public void Release(Held held)
    {
        held.ReleaseBegan = Now;
        Out.Remove(held);
        pool.Note($"{held.Asked} gives {held.Session} back");
    }

    public void Released(Held held, LeaseOutcome outcome)
    {
        held.ReleaseEnded = Now;
        if (held.Binding is null && outcome is LeaseOutcome.SessionGone or LeaseOutcome.TimedOut or LeaseOutcome.CallerCancelled)
        {
            _spoiled[held.Session] = held.ReleaseEnded;
        }
    }

    public void CheckAtRest()
    {
        var stats = pool.Pool.Stats();
        Assert.Equal((0, Out.Count), (stats.Waiting, stats.InFlight)); // I8 and I2
        Assert.Equal(stats.Acquisitions - stats.Releases, stats.InFlight);
        Assert.Equal(DoubleReleases, stats.DoubleReleases); // I10
        var requests = Asks.Count + CallsAlone - _notRequests;
        var uncounted = requests - _bound - (stats.Acquisitions + stats.Timeouts + stats.Rejections + stats.Cancellations);
        Assert.InRange(uncounted, 0, _left); // I3; who left before it was heard, or while it was being bound, is counted nowhere
        Assert.Equal(stats.Creates - stats.Destroys, stats.Total); // I4
        Assert.Equal(stats.Total, pool.Upstream.Open.Count());
        Assert.Equal(stats.Total + stats.Opening, pool.Cap.Open);
        Assert.All(pool.Upstream.Sessions, session => Assert.InRange(session.Closes, 0, 1));
        Assert.True(stats.Total - stats.Bound - stats.Draining <= pool.Options.MaxSize, $"I1: {stats.Total} open, {stats.Bound} bound, {stats.Draining} draining");
    }

    private void End(Asked asked) => asked.Answered = Now;

    private void Check(Held held)
    {
        var (asked, session) = (held.Asked, held.Session);
        Assert.True(MayCutLeases || !session.IsClosed, $"I5: {asked} got {session}, which is closed");
        Assert.True(!_spoiled.TryGetValue(session, out var spoiled) || asked.Began < spoiled, $"{asked} got {session}, which was given back as unusable before");
        var rules = Rules.Between(asked.Began, asked.Answered).ToList();
        Assert.Contains(rules, rule => rule.Credential.Equals(session.Credential)); // I7
        var surelyShared = held.Binding is null && rules.TrueForAll(rule => Rules.Shares(rule, session));
        var surelyOwned = held.Binding is not null || !rules.Exists(rule => Rules.Shares(rule, session));
        LifeOf(session).Use(asked.Caller.Principal, surelyShared, surelyOwned);

        held.IsExclusive = asked.Mode == LeaseMode.Exclusive && surelyOwned;
        var others = Out.Where(other => other.Session == session).ToList();
        Assert.True(others.Count == 0 || !held.IsExclusive, $"{asked} has all of {session}, and {others.FirstOrDefault()?.Asked} runs on it");
        Assert.True(!others.Exists(other => other.IsExclusive), $"{asked} got {session}, all of which belongs to {others.FirstOrDefault()?.Asked}");
        Assert.True(others.TrueForAll(other => other.Binding == held.Binding), $"{asked} got {session}, which is bound to somebody else");
        Assert.True(held.Binding is not null || !Bindings.Exists(binding => binding.Session == session), $"{asked} got {session}, which is bound");
        var most = held.Binding is null ? rules.Max(rule => rule.MaxConcurrency) : int.MaxValue;
        Assert.True(others.Count < most, $"I2: {others.Count + 1} requests on {session}, {most} are allowed");
    }

    private Life LifeOf(FakeSession session) => _lives.TryGetValue(session, out var life) ? life : _lives[session] = new Life(session);
}
