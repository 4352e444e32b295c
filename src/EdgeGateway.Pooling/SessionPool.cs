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
    private readonly Serving<TSession> _serving;
    private readonly Demand<TSession> _demand;
    private readonly Housekeeping<TSession> _housekeeping;
    private readonly Reconfiguration<TSession> _reconfiguration;
    private readonly BindingLimits<TSession> _limits;
    private readonly Drain<TSession> _drain;
    private readonly Background<TSession> _background;
    private readonly Readings<TSession> _readings;
    private readonly IWorkQueue _work;
    private readonly ITimer _timer;

    // Read and written under the pool's lock.
    private long _housekeptAt;

    /// <summary>Creates the pool; warm-up starts at once and in the background.</summary>
    /// <param name="options">The first configuration.</param>
    /// <param name="opener">Runs handshakes.</param>
    /// <param name="cap">The gateway-wide limit.</param>
    /// <param name="clock">Source of time; monotonic where durations are measured.</param>
    /// <param name="onEvent">Told of every event, outside all locks; must not block.</param>
    public SessionPool(PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Action<PoolEvent>? onEvent = null)
        : this(options, opener, cap, clock, onEvent, ThreadPoolQueue.Instance, new Random())
    {
    }

    internal SessionPool(
        PoolOptions options, ISessionOpener<TSession> opener, SessionCap cap, TimeProvider clock, Action<PoolEvent>? onEvent, IWorkQueue work, Random random)
    {
        _state = new(options, opener, cap, clock, random);
        _serving = new(_state, this);
        _demand = new(_state, _serving);
        _housekeeping = new(_state);
        _reconfiguration = new(_state);
        _limits = new(_state);
        _drain = new(_state, _reconfiguration);
        Verdicts = new(_state);
        Handshakes = new(_state, _serving, Verdicts);
        _background = new(_state, this, work, onEvent);
        _readings = new(_state);
        _work = work;
        _housekeptAt = _state.Now;
        _timer = clock.CreateTimer(static pool => ((SessionPool<TSession>)pool!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Change(static (_, _) => { });
    }

    /// <summary>The configuration in force.</summary>
    public PoolOptions Options
    {
        get
        {
            lock (_state.Gate)
            {
                return _state.Options;
            }
        }
    }

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
        var grant = AskAsync(new Ask(_state.Normalize(caller), mode, Bind: false), cancellationToken);
        return grant.IsCompletedSuccessfully ? new(ToAcquired(grant.Result)) : Wait(grant);

        static async ValueTask<Acquired<TSession>> Wait(ValueTask<Grant<TSession>> grant) => ToAcquired(await grant);
    }

    /// <summary>Pins a session to one client session for its life; see <see cref="Bound{TSession}"/>.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public ValueTask<Bound<TSession>> BindAsync(in Caller caller, CancellationToken cancellationToken)
    {
        var grant = AskAsync(new Ask(_state.Normalize(caller), LeaseMode.Exclusive, Bind: true), cancellationToken);
        return grant.IsCompletedSuccessfully ? new(ToBound(grant.Result)) : Wait(grant);

        static async ValueTask<Bound<TSession>> Wait(ValueTask<Grant<TSession>> grant) => ToBound(await grant);
    }

    /// <summary>Swaps the configuration in, live. A new credential or opener starts a new generation of sessions.</summary>
    /// <param name="options">The new configuration.</param>
    /// <param name="opener">A new opener when the connection changed (URL, credentials, transport); null keeps the current one.</param>
    public void Apply(PoolOptions options, ISessionOpener<TSession>? opener = null) =>
        Change((_, effects) => _reconfiguration.Apply(options, opener, effects));

    /// <summary>Starts a new generation with the current configuration: every session is replaced, bindings end.</summary>
    public void Reset() => Change((state, effects) =>
    {
        state.Phase = state.Phase == PoolPhase.Ended ? PoolPhase.Ended : PoolPhase.Serving;
        state.Backoff.Succeeded();
        _reconfiguration.StartGeneration("the pool was reset", effects);
    });

    /// <summary>Refuses new leases, waits for running requests up to <paramref name="timeout"/>, then closes every session, bound ones included.</summary>
    /// <returns>False when a drain already runs or has ended the pool's service.</returns>
    public bool TryDrain(TimeSpan timeout)
    {
        var began = false;
        Change((state, effects) =>
        {
            began = state.Phase == PoolPhase.Serving;
            if (began)
            {
                _drain.Begin(PoolPhase.Draining, timeout, Refusals.Draining, keepBound: false, effects);
            }
        });
        return began;
    }

    /// <summary>Serves again after a drain; false when the pool was not draining or drained.</summary>
    public bool TryResume()
    {
        var resumed = false;
        Change((state, effects) =>
        {
            resumed = state.Phase is PoolPhase.Draining or PoolPhase.Drained;
            if (resumed)
            {
                state.Phase = PoolPhase.Serving;
                state.Tell(effects, "resumed", null, "an operator resumed the pool");
                _drain.Abandon(effects);
            }
        });
        return resumed;
    }

    /// <summary>Ends the pool: waiters are refused, running requests get up to <paramref name="timeout"/>, sessions are closed. Never throws.</summary>
    /// <param name="timeout">How long running requests may go on.</param>
    /// <param name="keepBound">True leaves bound sessions open upstream, to be adopted after a restart.</param>
    public async Task ShutdownAsync(TimeSpan timeout, bool keepBound)
    {
        Change((state, effects) =>
        {
            if (state.Phase != PoolPhase.Ended)
            {
                _drain.Begin(PoolPhase.Ended, timeout, Refusals.Disabled, keepBound, effects);
            }
        });
        await Drained;
        await _timer.DisposeAsync();
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

    void ILeaseOwner.Release(int slot, long version, LeaseOutcome outcome) => Change((state, effects) =>
    {
        if (!state.Leases.TryReturn(slot, version, out var held))
        {
            state.Counters.DoubleReleases++;
            return;
        }

        var entry = held.Entry;
        entry.InFlight--;
        entry.Exclusive = false;
        entry.Served++;
        entry.LastUsed = state.Now;
        state.Counters.Releases++;
        state.Counters.Uses.Add(state.Clock.GetElapsedTime(held.GrantedAt));
        Verdicts.Judge(entry, held.Mode, outcome, held.Binding is not null, effects);
        if (held.Binding is { } binding)
        {
            binding.LastUsed = state.Now;
        }
    });

    internal Verdicts<TSession> Verdicts { get; }

    internal Handshakes<TSession> Handshakes { get; }

    internal Acquired<TSession> AcquireBound(Binding<TSession> binding)
    {
        lock (_state.Gate)
        {
            if (binding.HasEnded)
            {
                return new(Refusals.BindingEnded(binding.EndReason));
            }

            if (_state.Phase != PoolPhase.Serving)
            {
                _state.Counters.Rejections++;
                return new(_state.Phase == PoolPhase.Ended ? Refusals.Disabled : Refusals.Draining);
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

    internal void End(Binding<TSession> binding, string reason) => Change((state, effects) => state.EndBinding(binding, reason, cut: true, effects));

    internal Task<Refusal?> ReplaceAsync(Binding<TSession> binding, TSession gone)
    {
        Task<Refusal?>? replacement = null;
        Change((state, effects) =>
        {
            if (binding.HasEnded)
            {
                replacement = Task.FromResult<Refusal?>(Refusals.BindingEnded(binding.EndReason));
            }
            else if (!ReferenceEquals(binding.Session, gone))
            {
                replacement = Task.FromResult<Refusal?>(null);
            }
            else if (!binding.IsClean)
            {
                state.EndBinding(binding, "the upstream forgot the session", cut: true, effects);
                replacement = Task.FromResult<Refusal?>(Refusals.BindingEnded(binding.EndReason));
            }
            else if (binding.Replacement is null)
            {
                state.Close(binding.Entry, "the upstream forgot the session", effects);
                binding.Replacement = replacement = ReplaceCoreAsync(binding);
            }
            else
            {
                replacement = binding.Replacement;
            }
        });
        return replacement!;
    }

    private static Acquired<TSession> ToAcquired(in Grant<TSession> grant) => grant.Refusal is { } refusal ? new(refusal) : new(grant.Lease);

    private static Bound<TSession> ToBound(in Grant<TSession> grant) =>
        grant.Refusal is { } refusal ? new(refusal) : grant.Binding is { } binding ? new(binding) : new(grant.Sample!);

    private async Task<Refusal?> ReplaceCoreAsync(Binding<TSession> binding)
    {
        // Leaves the pool's lock before it asks for a session.
        await Task.Yield();
        var grant = await AskAsync(new Ask(binding.Caller, LeaseMode.Exclusive, Bind: true), CancellationToken.None);
        Refusal? refusal = null;
        Change((state, effects) =>
        {
            binding.Replacement = null;
            if (grant.Binding is not { } fresh)
            {
                refusal = grant.Refusal ?? Refusals.BindingEnded("the upstream no longer keeps sessions");
                state.EndBinding(binding, "no session could be had in place of the lost one", cut: true, effects);
            }
            else if (binding.HasEnded)
            {
                refusal = Refusals.BindingEnded(binding.EndReason);
                state.EndBinding(fresh, binding.EndReason, cut: true, effects);
            }
            else
            {
                state.Bindings.Remove(fresh);
                binding.Entry = fresh.Entry;
                state.Tell(effects, "replaced", fresh.Entry, "the upstream forgot a session that had carried nothing yet");
            }
        });
        return refusal;
    }

    private ValueTask<Grant<TSession>> AskAsync(in Ask ask, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Grant<TSession>>(cancellationToken);
        }

        Waiter<TSession> waiter;
        var effects = new Effects<TSession>();
        lock (_state.Gate)
        {
            if (Refuse(ask, effects) is { } refusal)
            {
                _state.Counters.Rejections++;
                Settle(effects);
                return new(Done(effects, new Grant<TSession>(Refusal: refusal)));
            }

            if (!_state.Line.Any(ask.Key) && _serving.TryServe(ask, TimeSpan.Zero, effects, out var grant))
            {
                if (ask.Bind)
                {
                    Settle(effects);
                }

                return new(Done(effects, grant));
            }

            if (_state.Line.Count >= _state.Options.PendingLimit)
            {
                _state.Counters.Rejections++;
                return new(new Grant<TSession>(Refusal: Refusals.LineFull(_state.Options, _readings.EstimatedWait())));
            }

            var now = _state.Now;
            waiter = new Waiter<TSession>(ask, now, now + (long)(_state.Options.AcquireTimeout.TotalSeconds * _state.Clock.TimestampFrequency));
            _state.Line.Join(waiter);
            Settle(effects);
        }

        _background.Carry(effects);
        return new(WaitAsync(waiter, cancellationToken));
    }

    // Carried out after the lock: the caller of this returns right away.
    private Grant<TSession> Done(Effects<TSession> effects, in Grant<TSession> grant)
    {
        if (!effects.IsEmpty)
        {
            _work.Queue(() =>
            {
                _background.Carry(effects);
                return Task.CompletedTask;
            });
        }

        return grant;
    }

    private async Task<Grant<TSession>> WaitAsync(Waiter<TSession> waiter, CancellationToken cancellationToken)
    {
        Grant<TSession> grant;
        await using (cancellationToken.UnsafeRegister(_ => Cancel(waiter, cancellationToken), null))
        {
            grant = await waiter.Task;
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // Granted and cancelled at once: the caller will not look at it, so it goes back.
            if (grant.Refusal is null && grant.Binding is null && grant.Sample is null)
            {
                grant.Lease.Release(LeaseOutcome.Reusable);
            }

            grant.Binding?.End("the client left before it got its session");
            cancellationToken.ThrowIfCancellationRequested();
        }

        return grant;
    }

    private void Cancel(Waiter<TSession> waiter, CancellationToken cancellationToken)
    {
        var left = false;
        Change((state, _) =>
        {
            left = waiter.InLine;
            if (left)
            {
                state.Line.Leave(waiter);
                state.Counters.Cancellations++;
            }
        });
        if (left)
        {
            waiter.TrySetCanceled(cancellationToken);
        }
    }

    private Refusal? Refuse(in Ask ask, Effects<TSession> effects)
    {
        if (_state.Phase != PoolPhase.Serving)
        {
            return _state.Phase == PoolPhase.Ended ? Refusals.Disabled : Refusals.Draining;
        }

        if (_state.AllCircuitsOpen)
        {
            return Refusals.CircuitOpen(_state.Breakers.Min(breaker => breaker.Remaining));
        }

        return ask.Bind && NeedsBinding(ask) ? _limits.MakeRoomForBinding(ask.Caller, effects) : null;
    }

    private bool NeedsBinding(in Ask ask) =>
        _state.IsDirect || !(_state.Options.Isolation == Isolation.Shared || (_state.Options.Isolation == Isolation.Auto && _state.IsStateless));

    private void OnTimer() => Change((state, effects) =>
    {
        for (var node = state.Line.First; node is not null;)
        {
            var next = node.Next;
            if (state.Now >= node.Value.Deadline)
            {
                state.Line.Leave(node);
                state.Counters.Timeouts++;
                state.Counters.LastMinute.AddTimeout();
                effects.Answers.Add((node.Value, new Grant<TSession>(Refusal: Refusals.TimedOut(state.Options, _readings.EstimatedWait()))));
            }

            node = next;
        }

        if (state.Clock.GetElapsedTime(_housekeptAt) >= Housekeeping<TSession>.Tick)
        {
            _housekeptAt = state.Now;
            _housekeeping.Run(effects);
        }
    });

    /// <summary>Every change takes this way: decide under the lock, settle what follows from it, then act outside the lock.</summary>
    internal void Change(Action<PoolState<TSession>, Effects<TSession>> decide)
    {
        var effects = new Effects<TSession>();
        lock (_state.Gate)
        {
            decide(_state, effects);
            Settle(effects);
        }

        _background.Carry(effects);
    }

    private void Settle(Effects<TSession> effects)
    {
        if (_state.Phase == PoolPhase.Serving)
        {
            _serving.ServeLine(effects);
            _demand.Plan(effects);
        }

        _drain.Check(effects);
        _timer.Change(Next(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>When something is due next: one timer serves all timeouts of the pool.</summary>
    private TimeSpan Next()
    {
        var next = Housekeeping<TSession>.Tick - _state.Clock.GetElapsedTime(_housekeptAt);
        if (_state.Line.Oldest is { } oldest)
        {
            next = Min(next, _state.Clock.GetElapsedTime(_state.Now, oldest.Deadline));
        }

        if (_state.Backoff.Remaining is { Ticks: > 0 } rest)
        {
            next = Min(next, rest);
        }

        if (_drain.IsRunning)
        {
            next = Min(next, _drain.Remaining);
        }

        return next > TimeSpan.FromMilliseconds(1) ? next : TimeSpan.FromMilliseconds(1);

        static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
    }
}
