using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Carries decisions out: everything here runs outside the pool's lock, and what it finds comes back as a new change.</summary>
internal sealed class Background<TSession>(
    PoolState<TSession> state, Handshakes<TSession> handshakes, Verdicts<TSession> verdicts, Replacements<TSession> replacements, IWorkQueue work, Action<PoolEvent>? onEvent)
    where TSession : class, IPooledSession
{
    /// <summary>
    /// A handshake that is called off may end within this time. Cutting it at once would leave a session open at a server that has just
    /// accepted it, and nobody would know its id; as long as a session's closing may take.
    /// </summary>
    private static readonly TimeSpan CallOffGrace = TimeSpan.FromSeconds(2);

    private readonly Closer<TSession> _closer = new(state, work);

    /// <summary>What the pool owes its callers comes first; what it tells people, last.</summary>
    public void Carry(Effects<TSession> effects, Changes<TSession> changes)
    {
        foreach (var (waiter, grant) in effects.Answers)
        {
            Interleaving.Point();
            waiter.Answer(grant);
        }

        foreach (var opening in effects.Openings)
        {
            work.Queue(() => OpenAsync(opening, changes));
        }

        foreach (var session in effects.Closings)
        {
            _closer.Close(session, changes);
        }

        foreach (var entry in effects.Probes)
        {
            work.Queue(() => ProbeAsync(entry, changes));
        }

        foreach (var binding in effects.Replacements)
        {
            work.Queue(() => replacements.RunAsync(binding, changes));
        }

        foreach (var handshake in effects.CallOffs)
        {
            handshake.CancelAfter(CallOffGrace);
        }

        foreach (var ended in effects.Ends)
        {
            // Ended when this returns; those who listen are told on a thread of their own.
            _ = ended.CancelAsync();
        }

        foreach (var drained in effects.Drained)
        {
            drained.TrySetResult();
        }

        foreach (var happened in effects.Events)
        {
            onEvent?.Invoke(happened);
        }
    }

    private async Task OpenAsync(Opening<TSession> opening, Changes<TSession> changes)
    {
        TSession? session = null;
        Task<TSession>? late = null;
        SessionOpenException? failure = null;
        var limit = state.Options.HandshakeTimeout;
        var began = state.Now;
        using var timeout = new CancellationTokenSource(limit, state.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, opening.CallOff.Token);
        try
        {
            var handshake = opening.Opener.OpenAsync(opening.Endpoint, opening.Kind.Class, opening.Credential, either.Token).AsTask();
            late = handshake;

            // An opener that does not listen must not keep its place for ever.
            session = await handshake.WaitAsync(either.Token);
            late = null;
        }
        catch (SessionOpenException refused)
        {
            failure = refused;
        }
        catch (OperationCanceledException)
        {
            failure = new SessionOpenException("upstream_timeout", $"The upstream did not finish the handshake within {limit.TotalSeconds:0.###} s.");
        }
#pragma warning disable CA1031 // an opener with a bug must not take the pool's bookkeeping down with it
        catch (Exception bug)
#pragma warning restore CA1031
        {
            failure = new SessionOpenException("upstream_protocol", "The handshake failed unexpectedly; the log says more.", inner: bug);
        }

        if (session is null && late is not null)
        {
            _ = CloseLateAsync(late);
        }

        changes.Make((handshakes, opening, session, failure, took: state.Clock.GetElapsedTime(began)), static (ended, effects) =>
        {
            if (ended.session is { } opened)
            {
                ended.handshakes.Succeeded(ended.opening, opened, ended.took, effects);
            }
            else
            {
                ended.handshakes.Failed(ended.opening, ended.failure!, effects);
            }
        });
    }

    /// <summary>A handshake that was given up may still end well; nobody knows of that session.</summary>
    private static async Task CloseLateAsync(Task<TSession> handshake)
    {
        await ((Task)handshake).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (handshake.IsCompletedSuccessfully)
        {
            await handshake.Result.CloseAsync(CancellationToken.None);
        }
    }

    private async Task ProbeAsync(SessionEntry<TSession> entry, Changes<TSession> changes)
    {
        using var timeout = new CancellationTokenSource(state.Options.HandshakeTimeout, state.Clock);
        var result = ProbeResult.ServerFault;
        try
        {
            result = await entry.Session.ProbeAsync(timeout.Token).AsTask().WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            // No answer in time is a fault of the server.
        }
        finally
        {
            changes.Make((verdicts, entry, result), static (probed, effects) => probed.verdicts.Probed(probed.entry, probed.result, effects));
        }
    }
}
