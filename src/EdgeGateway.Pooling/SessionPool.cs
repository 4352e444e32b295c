using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling;

/// <summary>The sessions of one server. pool.md is its specification; README.md draws its states.</summary>
/// <typeparam name="TSession">The session's type.</typeparam>
public sealed class SessionPool<TSession> : ILeaseOwner
    where TSession : class, IPooledSession
{
    private readonly PoolState<TSession> _state;
    private readonly Reconfiguration<TSession> _reconfiguration;
    private readonly Verdicts<TSession> _verdicts;
    private readonly Drain<TSession> _drain;
    private readonly Replacements<TSession> _replacements;
    private readonly Readings<TSession> _readings;
    private readonly Changes<TSession> _changes;
    private readonly Asking<TSession> _asking;

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
        _state = new(options, opener, cap, clock, random);
        var serving = new Serving<TSession>(_state, this);
        var endpoints = new Endpoints<TSession>(_state);
        var places = new Places<TSession>(_state);
        var demand = new Demand<TSession>(_state, serving, endpoints, places);
        var housekeeping = new Housekeeping<TSession>(_state, demand, places, new Rebalance<TSession>(_state, endpoints));
        _verdicts = new(_state);
        var handshakes = new Handshakes<TSession>(_state, serving, _verdicts);
        _reconfiguration = new(_state);
        _drain = new(_state, _reconfiguration);
        _replacements = new(_state, this);
        _readings = new(_state);
        var background = new Background<TSession>(_state, handshakes, _verdicts, _replacements, work, onEvent);
        _changes = new(_state, serving, demand, handshakes, _drain, housekeeping, _readings, background);
        _asking = new(_state, serving, new BindingLimits<TSession>(_state), _readings, _changes, work);
        _changes.Make(0, static (_, _) => { });
    }

    /// <summary>The configuration in force.</summary>
    public PoolOptions Options => _state.Options;

    /// <summary>Completes when the current drain has closed the last session; at once when none runs.</summary>
    public Task Drained
    {
        get
        {
            lock (_state.Gate)
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
    public ValueTask<Acquired<TSession>> AcquireAsync(in Caller caller, LeaseMode mode, CancellationToken cancellationToken)
    {
        var grant = AskAsync(new Ask(caller, mode, Bind: false), cancellationToken);
        return grant.IsCompletedSuccessfully ? new(ToAcquired(grant.Result)) : Wait(grant);

        static async ValueTask<Acquired<TSession>> Wait(ValueTask<Grant<TSession>> grant) => ToAcquired(await grant);
    }

    /// <summary>Pins a session to one client session for its life; see <see cref="Bound{TSession}"/>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public ValueTask<Bound<TSession>> BindAsync(in Caller caller, CancellationToken cancellationToken)
    {
        var grant = AskAsync(new Ask(caller, LeaseMode.Exclusive, Bind: true), cancellationToken);
        return grant.IsCompletedSuccessfully ? new(ToBound(grant.Result)) : Wait(grant);

        static async ValueTask<Bound<TSession>> Wait(ValueTask<Grant<TSession>> grant) => ToBound(await grant);
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
        lock (_state.Gate)
        {
            return _readings.Stats();
        }
    }

    /// <summary>Every session, bound ones included.</summary>
    public IReadOnlyList<SessionInfo> Sessions()
    {
        lock (_state.Gate)
        {
            return _readings.Sessions();
        }
    }

    /// <summary>The last 256 events, newest last.</summary>
    public IReadOnlyList<PoolEvent> Events()
    {
        lock (_state.Gate)
        {
            return _state.Events.Read();
        }
    }

    void ILeaseOwner.Release(int slot, long version, LeaseOutcome? outcome) =>
        _changes.MakeIf((pool: this, slot, version, outcome), static (lease, effects) => lease.pool.TryReturn(lease.slot, lease.version, lease.outcome, effects));

    internal ValueTask<Grant<TSession>> AskAsync(in Ask ask, CancellationToken cancellationToken) => _asking.AskAsync(ask, cancellationToken);

    internal Acquired<TSession> AcquireBound(Binding<TSession> binding, bool finishing)
    {
        lock (_state.Gate)
        {
            // What a running request waits for still passes; the last release closes the session and with it the way in.
            var passes = finishing && binding.IsLeaving && !binding.HasEnded;
            if (!passes && _state.Phase != PoolPhase.Serving && !binding.HasEnded)
            {
                _state.Counters.Rejections++;
                return new(_state.Phase == PoolPhase.Ended ? Refusals.Disabled : Refusals.Draining);
            }

            if (!passes && (binding.IsLeaving || binding.HasEnded))
            {
                return new(Refusals.BindingEnded(binding.EndReason));
            }

            binding.LastUsed = _state.Now;
            return new(_state.Grant(this, binding.Entry, binding, LeaseMode.Shared, TimeSpan.Zero));
        }
    }

    internal void CountStream(Binding<TSession> binding, int change)
    {
        lock (_state.Gate)
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

    private static Acquired<TSession> ToAcquired(in Grant<TSession> grant) => grant.Refusal is { } refusal ? new(refusal) : new(grant.Lease);

    private static Bound<TSession> ToBound(in Grant<TSession> grant) =>
        grant.Refusal is { } refusal ? new(refusal) : grant.Binding is { } binding ? new(binding) : new(grant.Sample!);

    private bool TryReturn(int slot, long version, LeaseOutcome? outcome, Effects<TSession> effects)
    {
        if (!_state.Leases.TryReturn(slot, version, out var held))
        {
            _state.Counters.DoubleReleases++;
            return false;
        }

        var now = _state.Now;
        held.Entry.InFlight--;
        held.Entry.Exclusive = false;
        held.Entry.Served++;
        held.Entry.LastUsed = now;
        _state.Counters.Releases++;
        if (_state.Options.CollectMetrics)
        {
            _state.Counters.Uses.Add(_state.Clock.GetElapsedTime(held.GrantedAt, now));
        }

        if (held.Binding is { } binding)
        {
            binding.LastUsed = now;
        }

        _verdicts.Judge(held.Entry, held.Mode, outcome, held.Binding is not null, effects);
        return true;
    }
}
