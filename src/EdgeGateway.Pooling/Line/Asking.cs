using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Stats;

namespace EdgeGateway.Pooling.Line;

/// <summary>The path of a caller: refused, served at once, or in line until it is served, told off, timed out, or gone (pool.md section 4).</summary>
internal sealed class Asking<TSession>(
    PoolState<TSession> state, Serving<TSession> serving, BindingLimits<TSession> limits, Readings<TSession> readings, Changes<TSession> changes, IWorkQueue work)
    where TSession : class, IPooledSession
{
    public ValueTask<Grant<TSession>> AskAsync(in Ask asked, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Grant<TSession>>(cancellationToken);
        }

        Waiter<TSession>? waiter = null;
        Effects<TSession>? effects;
        Grant<TSession> grant;
        lock (state.Gate)
        {
            var ask = asked with { Caller = state.Normalize(asked.Caller) };
            effects = changes.Begin();
            if (Refuse(ask, effects) is { } refusal)
            {
                grant = Refused(refusal);
            }
            else
            {
                state.Classes.Saw(ask.Caller.Class);
                if (!TryServeAtOnce(ask, effects, out grant))
                {
                    waiter = Join(ask);
                }
            }

            if (waiter is not null || !effects.IsEmpty)
            {
                changes.Settle(effects);
            }

            effects = changes.End(effects);
        }

        if (waiter is not null)
        {
            changes.Carry(effects);
            return new(WaitAsync(waiter, cancellationToken));
        }

        if (effects is not null)
        {
            CarryLater(effects);
        }

        return new(grant);
    }

    /// <summary>Who is served at once does not wait for what follows from it. Apart from the path that has nothing to carry, which allocates nothing.</summary>
    private void CarryLater(Effects<TSession> effects) => work.Queue(() =>
    {
        changes.Carry(effects);
        return Task.CompletedTask;
    });

    /// <summary>Serves a newcomer whom nobody is ahead of, or tells it off when the line is full; otherwise it has to wait.</summary>
    private bool TryServeAtOnce(in Ask ask, Effects<TSession> effects, out Grant<TSession> grant)
    {
        grant = default;
        if (!state.Line.Any(ask.Key) && serving.TryServe(ask, TimeSpan.Zero, effects, out grant))
        {
            return true;
        }

        // Client sessions have a limit of their own: they wait for a handshake, not for somebody else's request.
        var isLimited = !ask.Bind || state.SharesByDefault;
        if (!isLimited || state.Line.Count - (ask.Bind ? 0 : state.Line.Binds) < state.Options.PendingLimit)
        {
            return false;
        }

        grant = Refused(Refusals.LineFull(state.Options, readings.EstimatedWait()));
        return true;
    }

    private Grant<TSession> Refused(Refusal refusal)
    {
        state.Counters.Rejections++;
        return new Grant<TSession>(Refusal: refusal);
    }

    private Waiter<TSession> Join(in Ask ask)
    {
        var now = state.Now;
        var waiter = new Waiter<TSession>(ask, now, now + (long)(state.Options.AcquireTimeout.TotalSeconds * state.Clock.TimestampFrequency));
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
            grant.Lease.ReturnUnused();
            grant.Binding?.End("the client left before it got its session");
            cancellationToken.ThrowIfCancellationRequested();
        }

        return grant;
    }

    private void Cancel(Waiter<TSession> waiter, CancellationToken cancellationToken)
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
        if (left)
        {
            waiter.TrySetCanceled(cancellationToken);
        }
    }
}
