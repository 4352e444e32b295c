using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling.Line;

/// <summary>The path of a caller: refused, served at once, or in line until it is served, told off, timed out, or gone (pool.md section 4).</summary>
internal sealed class Asking<TSession>(
    PoolState<TSession> state, Serving<TSession> serving, BindingLimits<TSession> limits, Readings<TSession> readings, Changes<TSession> changes, IWorkQueue work)
    where TSession : class, IPooledSession
{
    private readonly SpareWaiter<TSession> _spare = new();
    private Action<object?>? _onLeaving;

    /// <returns>Who now waits in line, and is the task of what was asked for; null when <paramref name="grant"/> says it all.</returns>
    public Waiter<TSession>? Ask(in Ask asked, CancellationToken cancellationToken, out Grant<TSession> grant)
    {
        Waiter<TSession>? waiter = null;
        Effects<TSession>? effects;

        // Ahead of the lock: reading the clock takes as long as much of what is done under it.
        var now = state.Now;
        using (state.Gate.Enter())
        {
            var ask = state.Resolve(asked);
            effects = changes.Begin();
            if (Refuse(ask, effects) is { } refusal)
            {
                grant = Refused(refusal);
            }
            else
            {
                if (state.Classes.Latest != ask.Kind.Class)
                {
                    state.Classes.Saw(ask.Kind.Class);
                }

                // First announced, then looked again: whoever freed a permit without seeing this caller freed it before.
                state.Turnstile.Waiters.Announce();
                if (TryServeAtOnce(ask, effects, out grant))
                {
                    state.Turnstile.Waiters.Withdraw();
                }
                else
                {
                    waiter = Join(ask, now, cancellationToken);
                }
            }

            // Who joins behind others of its lane in a pool that can do no more changes nothing for anybody.
            if (waiter is null ? !effects.IsEmpty : waiter.Lane!.Head == waiter || changes.CanGrow)
            {
                changes.Settle(effects);
            }

            effects = changes.End(effects);
        }

        if (waiter is not null)
        {
            changes.Carry(effects);
            waiter.WatchLeaving(_onLeaving ??= gone => Cancel((Waiter<TSession>)gone!));
        }
        else if (effects is not null)
        {
            CarryLater(effects);
        }

        return waiter;
    }

    /// <summary>Who is served at once does not wait for what follows from it. Apart from the path that has nothing to carry, which allocates nothing.</summary>
    private void CarryLater(Effects<TSession> effects) => work.Queue(() =>
    {
        changes.Carry(effects);
        return Task.CompletedTask;
    });

    /// <summary>Serves a newcomer whom nobody is ahead of, or tells it off when the line is full; otherwise it has to take its turn.</summary>
    private bool TryServeAtOnce(in Ask ask, Effects<TSession> effects, out Grant<TSession> grant)
    {
        grant = default;
        if (state.Line.Count == 0 && serving.TryServe(ask, effects, out grant))
        {
            return true;
        }

        // Client sessions have a limit of their own: they wait for a handshake, not for somebody else's request.
        var isLimited = !ask.Bind || state.SharesByDefault;
        if (!isLimited || state.Line.Count - (ask.Bind ? 0 : state.Line.Binds) < state.Options.PendingLimit)
        {
            return false;
        }

        // No room to wait; but a session that nobody in line could use is still there for it.
        if (ask.Kind.Waiting > 0 || !serving.TryServe(ask, effects, out grant))
        {
            grant = Refused(Refusals.LineFull(state.Options, readings.EstimatedWait()));
        }

        return true;
    }

    private Grant<TSession> Refused(Refusal refusal)
    {
        state.Counters.Rejections++;
        return new Grant<TSession>(Refusal: refusal);
    }

    private Waiter<TSession> Join(in Ask ask, long now, CancellationToken cancellationToken)
    {
        // Whoever read the clock first need not get the lock first; the order of the line is that of its deadlines.
        now = Math.Max(now, state.Line.Newest?.Joined ?? now);
        var waiter = _spare.Take();
        waiter.Begin(ask, now, now + (long)(state.Options.AcquireTimeout.TotalSeconds * state.Clock.TimestampFrequency), cancellationToken);
        state.Line.Join(waiter, state.IsSticky);
        return waiter;
    }

    private Refusal? Refuse(in Ask ask, Effects<TSession> effects)
    {
        if (state.Phase != PoolPhase.Serving)
        {
            return state.Phase == PoolPhase.Ended ? Refusals.Disabled : Refusals.Draining;
        }

        if (state.AllCircuitsOpen)
        {
            return Refusals.CircuitOpen(state.ShortestPause);
        }

        return ask is { Bind: true, Replaces: false } && !state.SharesByDefault ? limits.MakeRoomForBinding(ask.Caller, effects) : null;
    }

    private void Cancel(Waiter<TSession> waiter)
    {
        var left = false;
        changes.Make(waiter, (leaving, _) =>
        {
            left = leaving.Lane is not null;
            if (left)
            {
                state.Line.Leave(leaving);
                state.Counters.Cancellations++;
            }
        });

        // Otherwise it was answered meanwhile, and what it got goes back when the answer is taken.
        if (left)
        {
            waiter.AnswerCancelled();
        }
    }
}
