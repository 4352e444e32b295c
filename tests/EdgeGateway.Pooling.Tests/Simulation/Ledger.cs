namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>
/// What the callers know: who waits, who holds what. What pool.md section 6 says of the moment something is granted, refused, given back
/// or closed is checked here; what must hold between the moments, in <see cref="Invariants"/>.
/// </summary>
internal sealed class Ledger
{
    /// <summary>The pool looks at its clock this often.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Its timer is this coarse.</summary>
    public static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(2);

    private readonly SimulatedPool _pool;
    private readonly List<Waiting> _waiting = [];
    private int _number;

    // The last time a drain was over and still requests ran: those that were taken before may be cut.
    private TimeSpan _cutAt = TimeSpan.MinValue;

    public Ledger(SimulatedPool pool)
    {
        _pool = pool;
        pool.Upstream.Closing = Closes;
    }

    /// <summary>Who has not seen an answer yet, in the order they came.</summary>
    public IReadOnlyList<Waiting> Waiting => _waiting;

    /// <summary>Client sessions whose lost session is being replaced, and since when.</summary>
    public List<(TimeSpan Since, Binding<SimulatedSession> Binding)> Replacing { get; } = [];

    /// <summary>Requests so far, and those of them that got what the pool does not count: a binding, or a sample.</summary>
    public long Requests { get; set; }

    public long Uncounted { get; set; }

    /// <summary>Leases held.</summary>
    public int Held { get; private set; }

    /// <summary>Client sessions that began and that the client has not seen the end of.</summary>
    public HashSet<Binding<SimulatedSession>> Bindings { get; } = [];

    /// <summary>Until when requests may run on; null while the pool serves.</summary>
    public TimeSpan? DrainDeadline { get; private set; }

    public bool HasEnded { get; set; }

    /// <summary>Called when a session that is not bound was leased.</summary>
    public Action<SimulatedSession> Took { get; set; } = static _ => { };

    public TimeSpan LongestWait => Options.AcquireTimeout + Tick + Grain;

    public bool IsDirect => !Options.Enabled || Options.Strategy == PoolStrategy.None;

    private PoolOptions Options => _pool.Pool.Options;

    /// <summary>Under auto the pool has to find out.</summary>
    private bool SharesSurely => !IsDirect && Options.Isolation == Isolation.Shared;

    /// <summary>The stored credential is the present one, whatever its caller saw.</summary>
    public Credential Meant(Credential credential) => credential.IsStored ? Options.Credential : credential;

    /// <summary>Where sessions are shared nobody's capabilities are declared upstream.</summary>
    public static SessionClass Undeclared(SessionClass sessionClass) => sessionClass with { Capabilities = "{}" };

    public bool IsShared(SimulatedSession session) =>
        !IsDirect && (Options.Isolation == Isolation.Shared || (Options.Isolation == Isolation.Auto && !session.IsStateful));

    /// <summary>A session-less or shared request asks for its lease. Cancelled when the caller leaves.</summary>
    public async Task<Acquired<SimulatedSession>> AcquireAsync(Caller caller, LeaseMode mode, CancellationTokenSource leaving)
    {
        var answer = SimulatedThread.SeeAsync(_pool.Pool.AcquireAsync(caller, mode, leaving.Token));
        var acquired = await AnsweredAsync(Joins(caller, bind: false, answer, leaving), answer, static acquired => acquired.Refusal);
        if (acquired.Refusal is null)
        {
            TookUnbound(acquired.Lease.Session, caller, mode);
        }

        return acquired;
    }

    /// <summary>A client session begins.</summary>
    public async Task<Bound<SimulatedSession>> BindAsync(Caller caller, CancellationTokenSource leaving)
    {
        var answer = SimulatedThread.SeeAsync(_pool.Pool.BindAsync(caller, leaving.Token));
        var bound = await AnsweredAsync(Joins(caller, bind: true, answer, leaving), answer, static bound => bound.Refusal);
        Uncounted += bound.Refusal is null ? 1 : 0;
        if (bound.Binding is { } binding)
        {
            Bindings.Add(binding);
            Owns(binding.Session, caller);
        }

        return bound;
    }

    /// <summary>A request of a client session begins.</summary>
    public void TookBound(SimulatedSession session)
    {
        Assert.True(session.Use.IsBound, $"{session} is not bound");
        Count(session);
    }

    /// <summary>A session is bound to this caller's client session.</summary>
    public void Owns(SimulatedSession session, in Caller caller)
    {
        Belongs(session, caller, isShared: false);
        Assert.Equal(0, session.Use.Running);
        session.Use.IsBound = true;
        session.Use.MayBeCut = false;
    }

    /// <summary>A request has ended.</summary>
    public void Release(Lease<SimulatedSession> lease, LeaseOutcome outcome)
    {
        var use = lease.Session.Use;
        use.IsSpoilt |= outcome is LeaseOutcome.SessionGone or LeaseOutcome.TimedOut or LeaseOutcome.CallerCancelled
            || (outcome == LeaseOutcome.ServerFault && (use.IsExclusive || use.IsBound));
        use.Running--;
        use.IsExclusive = false;
        Held--;
        lease.Release(outcome);
    }

    /// <summary>Whoever is first in line leaves it: at the very moment, perhaps, at which a session is handed to it.</summary>
    public void LeavesNow()
    {
        if (_waiting is [{ Bind: false } first, ..])
        {
            first.Leaving.Cancel();
        }
    }

    /// <summary>A client that has a bug gives back what it gave back before (I10).</summary>
    public void ReleaseAgain(Lease<SimulatedSession> lease, LeaseOutcome outcome)
    {
        var before = _pool.Stats;
        lease.Release(outcome);
        Assert.Equal(before with { DoubleReleases = before.DoubleReleases + 1 }, _pool.Stats);
    }

    public void Drains(TimeSpan timeout) => DrainDeadline = _pool.Time.Now + timeout;

    public void Serves()
    {
        _cutAt = _pool.Time.Now >= DrainDeadline ? _pool.Time.Now : _cutAt;
        DrainDeadline = null;
    }

    private Waiting Joins(Caller caller, bool bind, Task answer, CancellationTokenSource leaving)
    {
        var waiting = new Waiting(++_number, caller, bind, _pool.Time.Now, answer, leaving);
        _waiting.Add(waiting);
        Requests++;
        return waiting;
    }

    private async Task<T> AnsweredAsync<T>(Waiting waiting, Task<T> answer, Func<T, Refusal?> refusal)
    {
        try
        {
            var answered = await _pool.SeeAsync(answer);
            Check(waiting, refusal(answered));
            return answered;
        }
        finally
        {
            _waiting.Remove(waiting);
        }
    }

    private void Check(Waiting waiting, Refusal? refusal)
    {
        var waited = _pool.Time.Now - waiting.Since;
        Assert.True(waited <= LongestWait, $"I11: caller {waiting.Number} waited {waited}");
        if (refusal is null)
        {
            Assert.True(DrainDeadline is null && !HasEnded, $"caller {waiting.Number} is served while the pool drains");
            Assert.True(
                Options.Strategy == PoolStrategy.Sticky || !_waiting.Exists(other => other.Number < waiting.Number && StandInOneLine(other, waiting) && !other.IsAnswered),
                $"I9: caller {waiting.Number} overtook another");
            return;
        }

        Assert.True(refusal.Rejection != Rejection.AcquireTimeout || waited >= Options.AcquireTimeout, $"I11: caller {waiting.Number} timed out after {waited}");
        Assert.True(refusal.Rejection != Rejection.Draining || DrainDeadline is not null, $"caller {waiting.Number} is refused for a drain that does not run");
        Assert.True(refusal.Rejection != Rejection.Disabled || HasEnded, $"caller {waiting.Number} is refused by a pool that has not ended");
    }

    /// <summary>The same user's, and any session that serves the one would serve the other: it must not be overtaken. (Under sticky each key has a line.)</summary>
    private bool StandInOneLine(Waiting one, Waiting other) =>
        one.Bind == other.Bind && one.Caller.Principal == other.Caller.Principal
        && Meant(one.Caller.Credential).Equals(Meant(other.Caller.Credential))
        && (one.Caller.Class == other.Caller.Class || (SharesSurely && Undeclared(one.Caller.Class) == Undeclared(other.Caller.Class)));

    private void TookUnbound(SimulatedSession session, in Caller caller, LeaseMode mode)
    {
        Took(session);
        var isShared = IsShared(session);
        var isExclusive = !isShared && (mode == LeaseMode.Exclusive || IsDirect);
        Belongs(session, caller, isShared);
        Assert.DoesNotContain(Bindings, binding => binding.Session == session && !binding.Ended.IsCancellationRequested);
        Assert.False(session.Use.IsExclusive, $"I2: {session} is leased beside an exclusive lease");
        Assert.True(session.Use.Running < (isExclusive ? 1 : Options.MaxConcurrency), $"I2: {session.Use.Running + 1} requests run on {session}");
        session.Use.IsExclusive = isExclusive;
        session.Use.IsBound = false;
        session.Use.MayBeCut = false;
        Count(session);
    }

    private void Count(SimulatedSession session)
    {
        session.Use.Running++;
        session.Use.TakenAt = _pool.Time.Now;
        Held++;
    }

    private void Belongs(SimulatedSession session, in Caller caller, bool isShared)
    {
        var partition = (caller.Principal, session.Credential.Fingerprint, session.Class);
        Assert.False(session.IsClosed, $"I5: {session} is granted after it was closed");
        Assert.False(session.Use.IsSpoilt, $"{session} is handed on, though it is gone or a request on it did not end cleanly");
        Assert.Equal(Meant(caller.Credential).Fingerprint, session.Credential.Fingerprint); // I7
        Assert.True(session.Class == (isShared ? Undeclared(caller.Class) : caller.Class), $"{session} of {session.Class} serves {caller.Class}");
        session.Use.Owner ??= isShared ? null : partition;
        Assert.True(session.Use.Owner is not { } owner || owner == partition, $"I6: {session} of {session.Use.Owner} serves {partition}");
    }

    /// <summary>No lease is cut (I5), but by the end of a drain or by its own client.</summary>
    private void Closes(SimulatedSession session)
    {
        var use = session.Use;
        Assert.True(
            use.Running == 0 || use.MayBeCut || use.TakenAt <= _cutAt || _pool.Time.Now >= DrainDeadline,
            $"I5: {session} is closed while {use.Running} requests run on it");
    }
}
