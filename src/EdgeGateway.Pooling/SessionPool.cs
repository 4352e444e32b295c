using System.Runtime.CompilerServices;
using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling;

/// <summary>The sessions of one server. pool.md is its specification; README.md draws its states.</summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public sealed class SessionPool<TSession> : Turnstile
    where TSession : class, IPooledSession
{
    private readonly PoolState<TSession> _state;
    private readonly Reconfiguration<TSession> _reconfiguration;
    private readonly Returns<TSession> _returns;
    private readonly Drain<TSession> _drain;
    private readonly Replacements<TSession> _replacements;
    private readonly Readings<TSession> _readings;
    private readonly Sampling _sampling;
    private readonly Adoption<TSession> _adoption;
    private readonly Changes<TSession> _changes;
    private readonly Asking<TSession> _asking;
    private readonly HandOver<TSession> _handOver;

    /// <summary>Creates the pool; warm-up starts at once and in the background.</summary>
    /// <param name="options">The first configuration.</param>
    /// <param name="opener">Runs handshakes.</param>
    /// <param name="cap">The gateway-wide limit.</param>
    /// <param name="clock">Source of time; monotonic where durations are measured.</param>
    /// <param name="onEvent">Told of every event, outside all locks; must neither block nor throw.</param>
    public SessionPool(PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Action<PoolEvent>? onEvent = null)
        : this(options, opener, cap, clock, onEvent, ThreadPoolQueue.Instance, new Random())
    {
    }

    internal SessionPool(
        PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Action<PoolEvent>? onEvent, IWorkQueue work, Random random)
    {
        CollectsMetrics = options.CollectMetrics;
        Tick = clock.GetTimestamp();
        _state = new(options, opener, cap, clock, random, this);
        var outliers = new Outliers<TSession>(_state);
        var circuits = new Circuits<TSession>(_state, outliers);
        var endpoints = new Endpoints<TSession>(_state);
        var places = new Places<TSession>(_state);
        var demand = new Demand<TSession>(_state, endpoints, places);
        var serving = new Serving<TSession>(_state, demand, this);
        var housekeeping = new Housekeeping<TSession>(_state, demand, places, circuits, new Rebalance<TSession>(_state, endpoints));
        var verdicts = new Verdicts<TSession>(_state, outliers);
        _returns = new(_state, verdicts);
        var handshakes = new Handshakes<TSession>(_state, serving, verdicts);
        _reconfiguration = new(_state);
        _drain = new(_state, _reconfiguration);
        _replacements = new(_state, this);
        _readings = new(_state);
        _sampling = new(this, _state.Counters);
        var background = new Background<TSession>(_state, handshakes, verdicts, _replacements, work, onEvent);
        _changes = new(_state, serving, demand, handshakes, circuits, _drain, housekeeping, _readings, background);
        var limits = new BindingLimits<TSession>(_state);
        _adoption = new(_state, limits, this);
        _asking = new(_state, serving, limits, _readings, _changes, work);
        _handOver = new(_state);
        _changes.Make(0, static (_, _) => { });
    }

    /// <summary>The configuration in force.</summary>
    public PoolOptions Options => _state.Options;

    /// <summary>Completes when the current drain has closed the last session; at once when none runs.</summary>
    public Task Drained
    {
        get
        {
            using (_state.Gate.Enter())
            {
                return _drain.Done;
            }
        }
    }

    /// <summary>Leases a session for one request of a caller without a binding.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="mode">Exclusive, or one permit. Where sessions are shared an exclusive wish is granted as shared.</param>
    /// <param name="cancellationToken">The caller went away: it leaves the line; the returned task is cancelled.</param>
    /// <returns>A lease to release exactly once, or why there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask<Acquired<TSession>> AcquireAsync(in Caller caller, LeaseMode mode, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            var lease = TryAcquire(caller, mode);
            if (lease.IsHeld)
            {
                return new(new Acquired<TSession>(lease));
            }
        }

        return JoinLineAsync(caller, mode, cancellationToken);
    }

    /// <summary>As <see cref="AcquireAsync"/> where it would not wait: without a lock, a task, or a look at a clock.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="mode">Exclusive, or one permit.</param>
    /// <returns>A lease to release exactly once, or one that is not held: then <see cref="AcquireAsync"/> knows more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lease<TSession> TryAcquire(in Caller caller, LeaseMode mode)
    {
        return TryPassAtOnce(caller, mode, out var taken) ? new Lease<TSession>(taken) : TryAcquireFurther(caller, mode);
    }

    /// <summary>Leases this very session beside whatever runs on it, for a request about something that only it knows. Never waits.</summary>
    /// <param name="caller">Who asks. The session must be one that may serve it: its own, or one that is shared.</param>
    /// <param name="session">One that served the caller before.</param>
    /// <returns>A lease to release exactly once; one that is not held when the session has ended, is not the caller's, or has too many such leases already.</returns>
    public Lease<TSession> TryAcquire(in Caller caller, TSession session)
    {
        using (_state.Gate.Enter())
        {
            if (_state.Phase != PoolPhase.Serving)
            {
                return default;
            }

            var own = Partitions.TryFind(caller);
            foreach (var entry in _state.Ring.Entries)
            {
                if (entry is not null && ReferenceEquals(entry.Session, session))
                {
                    return entry.Partition is { IsStock: false } partition && ReferenceEquals(partition, own) && entry.ExtraLeases < Permit.Most
                        ? new Lease<TSession>(entry, _state.ExtraLeases.Take(entry))
                        : default;
                }
            }

            return default;
        }
    }

    /// <summary>Apart: what mostly happens is in line in every caller, and is the faster the less stands beside it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Lease<TSession> TryAcquireFurther(in Caller caller, LeaseMode mode)
    {
        var taken = TryPass(caller, mode);
        return taken.Entry is null ? default : new Lease<TSession>(taken);
    }

    /// <summary>Pins a session to one client session for its life; see <see cref="Bound{TSession}"/>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public ValueTask<Bound<TSession>> BindAsync(in Caller caller, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Bound<TSession>>(cancellationToken);
        }

        var waiter = _asking.Ask(new Ask(caller, LeaseMode.Exclusive, Bind: true), cancellationToken, out var grant);
        return waiter is null ? new(grant.ToBound()) : new(waiter, waiter.Token);
    }

    /// <summary>Pins a session that an earlier run of the gateway left open (<see cref="ShutdownAsync"/>) to the client session it belonged to. Never waits.</summary>
    /// <param name="caller">Whose it is. A stored credential must be the present one.</param>
    /// <param name="endpoint">Where it is open.</param>
    /// <param name="session">The session, which this pool does not know yet.</param>
    /// <returns>The binding, or why there is none now; then the session stays as it is.</returns>
    public Bound<TSession> Adopt(in Caller caller, int endpoint, TSession session)
    {
        Bound<TSession> bound = default;
        _changes.Make((caller, endpoint, session), (left, effects) => bound = _adoption.Decide(left.caller, left.endpoint, left.session, effects));
        return bound;
    }

    /// <summary>Swaps the configuration in, live. A new credential or opener starts a new generation of sessions.</summary>
    /// <param name="options">The new configuration.</param>
    /// <param name="opener">A new opener when the connection changed (URL, credentials, transport); null keeps the current one.</param>
    public void Apply(PoolOptions options, ISessionOpener<TSession>? opener = null) =>
        _changes.Make((_reconfiguration, options, opener), static (change, effects) => change._reconfiguration.Apply(change.options, change.opener, effects));

    /// <summary>Starts a new generation with the current configuration: every session is replaced, bindings end. A drain that runs is called off.</summary>
    public void Reset() => _changes.Make(this, static (pool, effects) =>
    {
        if (pool._state.Phase == PoolPhase.Ended)
        {
            return;
        }

        pool._state.Phase = PoolPhase.Serving;
        pool._drain.Abandon(effects);
        pool._reconfiguration.StartGeneration("the pool was reset", effects);
    });

    /// <summary>Refuses new leases, waits for running requests up to <paramref name="timeout"/>, then closes every session, bound ones included.</summary>
    /// <returns>False when a drain already runs or has ended the pool's service.</returns>
    public bool TryDrain(TimeSpan timeout)
    {
        var began = false;
        _changes.Make(this, (pool, effects) =>
        {
            began = pool._state.Phase == PoolPhase.Serving;
            if (began)
            {
                pool._drain.Begin(PoolPhase.Draining, timeout, Refusals.Draining, keepBound: false, effects);
            }
        });
        return began;
    }

    /// <summary>Serves again after a drain; false when the pool was not draining or drained.</summary>
    public bool TryResume()
    {
        var resumed = false;
        _changes.Make(this, (pool, effects) =>
        {
            resumed = pool._state.Phase is PoolPhase.Draining or PoolPhase.Drained;
            if (resumed)
            {
                pool._state.Phase = PoolPhase.Serving;
                pool._state.Tell(effects, "resumed", null, "an operator resumed the pool");
                pool._drain.Abandon(effects);
            }
        });
        return resumed;
    }

    /// <summary>Ends the pool: waiters are refused, running requests get up to <paramref name="timeout"/>, sessions are closed. Never throws.</summary>
    /// <param name="timeout">How long running requests may go on.</param>
    /// <param name="keepBound">True leaves bound sessions open upstream, to be adopted after a restart.</param>
    public async Task ShutdownAsync(TimeSpan timeout, bool keepBound)
    {
        _changes.Make(this, (pool, effects) =>
        {
            if (pool._state.Phase != PoolPhase.Ended)
            {
                pool._drain.Begin(PoolPhase.Ended, timeout, Refusals.Disabled, keepBound, effects);
            }
        });
        await Drained;
        await _changes.StopAsync();
    }

    /// <summary>A reading of the pool.</summary>
    public PoolStats Stats()
    {
        using (_state.Gate.Enter())
        {
            return _readings.Stats();
        }
    }

    /// <summary>A consistent reading of what was counted since the pool was made. Cheap enough for every second.</summary>
    public PoolSample Sample()
    {
        using (_state.Gate.Enter())
        {
            _state.CountWaits();
            return _sampling.Sample(_state.Totals());
        }
    }

    /// <summary>Every session, bound ones included.</summary>
    public IReadOnlyList<SessionInfo> Sessions()
    {
        using (_state.Gate.Enter())
        {
            return _readings.Sessions();
        }
    }

    /// <summary>The last 256 events, newest last.</summary>
    /// <param name="after">Only those after the one with this sequence number; 0 for all.</param>
    public IReadOnlyList<PoolEvent> Events(long after = 0)
    {
        using (_state.Gate.Enter())
        {
            return _state.Events.Read(after);
        }
    }

    internal override bool Judge(SessionEntry entry, ulong ticket, LeaseOutcome? outcome) =>
        _changes.MakeIf((pool: this, entry, ticket, outcome), static (lease, effects) =>
            lease.pool._returns.TryJudge((SessionEntry<TSession>)lease.entry, lease.ticket, lease.outcome, effects));

    internal override void SetAside(SessionEntry entry, bool isSetAside) =>
        _changes.Make((_state, entry, isSetAside), static (change, _) =>
        {
            change.entry.IsSetAside = change.isSetAside;
            change._state.Reconsider(change.entry);
        });

    internal override void Attend(SessionEntry entry, bool isOrphan)
    {
        if (isOrphan || !_handOver.TryServeNext(entry))
        {
            _changes.Make((pool: this, entry, isOrphan), static (lease, effects) =>
                lease.pool._returns.Attend((SessionEntry<TSession>)lease.entry, lease.isOrphan, effects));
        }
    }

    /// <summary>As <see cref="BindAsync"/>, in place of a session that was lost.</summary>
    internal ValueTask<Grant<TSession>> BindAgainAsync(in Caller caller)
    {
        var waiter = _asking.Ask(new Ask(caller, LeaseMode.Exclusive, Bind: true, Replaces: true), CancellationToken.None, out var grant);
        return waiter is null ? new(grant) : new(waiter, waiter.Token);
    }

    /// <summary>A request on a bound session that could not be leased without the lock: it takes no leases now, or 32 run.</summary>
    internal Acquired<TSession> AcquireBound(Binding<TSession> binding, bool finishing)
    {
        using (_state.Gate.Enter())
        {
            // What a running request waits for still passes; the last release closes the session and with it the way in.
            var passes = finishing && !binding.HasEnded && (binding.IsLeaving || (_state.Phase != PoolPhase.Serving && !binding.Entry.IsIdle));
            if (!passes && _state.Phase != PoolPhase.Serving && !binding.HasEnded)
            {
                _state.Counters.Rejections++;
                return new(_state.Phase == PoolPhase.Ended ? Refusals.Disabled : Refusals.Draining);
            }

            if (binding.HasEnded || (binding.IsLeaving && (!passes || binding.Entry.IsIdle)))
            {
                return new(Refusals.BindingEnded(binding.EndReason));
            }

            var entry = binding.Entry;
            var permit = passes ? entry.TryTakeWhileBusy() : -1;
            if (permit >= 0)
            {
                return new(new Lease<TSession>(new Taken(entry, permit)));
            }

            var ticket = _state.ExtraLeases.Take(entry);
            if (entry.State == EntryState.Closed)
            {
                // Its replacement is under way: the upstream will say that it does not know it.
                _state.Orphaned.Add(entry);
            }

            return new(new Lease<TSession>(entry, ticket));
        }
    }

    internal void CountStream(Binding<TSession> binding, int change)
    {
        using (_state.Gate.Enter())
        {
            binding.Streams += change;
            binding.LastUsed = _state.Now;
        }
    }

    internal void End(Binding<TSession> binding, string reason) =>
        _changes.Make((_state, binding, reason), static (end, effects) => end._state.EndBinding(end.binding, end.reason, cut: true, effects));

    internal Task<Refusal?> ReplaceAsync(Binding<TSession> binding, TSession gone)
    {
        Task<Refusal?>? answer = null;
        _changes.Make(_replacements, (replacements, effects) => answer = replacements.Decide(binding, gone, effects));
        return answer!;
    }

    private ValueTask<Acquired<TSession>> JoinLineAsync(in Caller caller, LeaseMode mode, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Acquired<TSession>>(cancellationToken);
        }

        var waiter = _asking.Ask(new Ask(caller, mode, Bind: false), cancellationToken, out var grant);
        return waiter is null ? new(grant.ToAcquired()) : new(waiter, waiter.Token);
    }
}
