using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Carries decisions out: everything here runs outside the pool's lock, and what it finds comes back as a new change.</summary>
internal sealed class Background<TSession>(PoolState<TSession> state, SessionPool<TSession> pool, IWorkQueue work, Action<PoolEvent>? onEvent)
    where TSession : class, IPooledSession
{
    private readonly Closer<TSession> _closer = new(state.Clock, state.Cap);

    public void Carry(Effects<TSession> effects)
    {
        foreach (var (waiter, grant) in effects.Answers)
        {
            waiter.TrySetResult(grant);
        }

        foreach (var opening in effects.Openings)
        {
            work.Queue(() => OpenAsync(opening));
        }

        foreach (var session in effects.Closings)
        {
            work.Queue(() => CloseAsync(session));
        }

        foreach (var entry in effects.Probes)
        {
            work.Queue(() => ProbeAsync(entry));
        }

        foreach (var ended in effects.Ends)
        {
            ended.Cancel();
        }

        foreach (var happened in effects.Events)
        {
            onEvent?.Invoke(happened);
        }

        effects.Drained?.TrySetResult();
    }

    private async Task OpenAsync(Opening opening)
    {
        TSession? session = null;
        SessionOpenException? failure = null;
        ISessionOpener<TSession> opener;
        TimeSpan limit;
        lock (state.Gate)
        {
            opener = state.Opener;
            limit = state.Options.HandshakeTimeout;
        }

        var began = state.Now;
        using var timeout = new CancellationTokenSource(limit, state.Clock);
        try
        {
            session = await opener.OpenAsync(opening.Endpoint, opening.Class, opening.Credential, timeout.Token);
        }
        catch (SessionOpenException refused)
        {
            failure = refused;
        }
        catch (OperationCanceledException)
        {
            failure = new SessionOpenException("upstream_timeout", $"The upstream did not finish the handshake within {limit.TotalSeconds:0} s.");
        }
#pragma warning disable CA1031 // an opener with a bug must not take the pool's bookkeeping down with it
        catch (Exception bug)
#pragma warning restore CA1031
        {
            failure = new SessionOpenException("upstream_protocol", "The handshake failed unexpectedly; the log says more.", inner: bug);
        }

        pool.Change((_, effects) =>
        {
            if (session is null)
            {
                pool.Handshakes.Failed(opening, failure!, effects);
            }
            else
            {
                pool.Handshakes.Succeeded(opening, session, state.Clock.GetElapsedTime(began), effects);
            }
        });
    }

    private async Task CloseAsync(TSession session)
    {
        await _closer.CloseAsync(session);
        pool.Change(static (_, _) => { });
    }

    private async Task ProbeAsync(SessionEntry<TSession> entry)
    {
        using var timeout = new CancellationTokenSource(pool.Options.HandshakeTimeout, state.Clock);
        var result = ProbeResult.ServerFault;
        try
        {
            result = await entry.Session.ProbeAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // No answer in time is a fault of the server.
        }

        pool.Change((_, effects) => pool.Verdicts.Probed(entry, result, effects));
    }
}
