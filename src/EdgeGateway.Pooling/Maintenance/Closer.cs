namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Ends sessions upstream: four at a time, two seconds each (pool.md section 5). What it waits for never holds up a caller.</summary>
internal sealed class Closer<TSession>(PoolState<TSession> state, IWorkQueue work)
    where TSession : class, IPooledSession
{
    /// <summary>A server that is being drained has other things to do.</summary>
    private const int AtOnce = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Read and written under its own lock, which is never held while another is taken.
    private readonly Queue<TSession> _waiting = new();
    private int _running;

    public void Close(TSession session, Changes<TSession> changes)
    {
        lock (_waiting)
        {
            _waiting.Enqueue(session);
            if (_running == AtOnce)
            {
                return;
            }

            _running++;
        }

        work.Queue(() => RunAsync(changes));
    }

    private async Task RunAsync(Changes<TSession> changes)
    {
        while (TryTakeNext(out var session))
        {
            try
            {
                using var timeout = new CancellationTokenSource(Limit, state.Clock);
                await session!.CloseAsync(timeout.Token).AsTask().WaitAsync(timeout.Token);
            }
#pragma warning disable CA1031 // a session with a bug must not keep its place for ever
            catch (Exception bug)
#pragma warning restore CA1031
            {
                changes.Make(bug, (found, effects) => state.Tell(effects, "close_failed", null, $"closing a session failed: {found.GetType().Name}"));
            }
            finally
            {
                state.Cap.Return();
                changes.Make(state, static (pool, _) => pool.Closing--);
            }
        }
    }

    private bool TryTakeNext(out TSession? session)
    {
        lock (_waiting)
        {
            if (_waiting.TryDequeue(out session))
            {
                return true;
            }

            _running--;
            return false;
        }
    }
}
