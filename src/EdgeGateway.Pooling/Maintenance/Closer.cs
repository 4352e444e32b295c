namespace EdgeGateway.Pooling.Maintenance;

/// <summary>Ends sessions upstream: four at a time, two seconds each (pool.md section 5). What it waits for never holds up a caller.</summary>
#pragma warning disable CA1001 // the semaphore never makes a wait handle, so there is nothing to dispose
internal sealed class Closer<TSession>(TimeProvider clock, SessionCap cap)
#pragma warning restore CA1001
    where TSession : class, IPooledSession
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Four at a time: a server that is being drained has other things to do.
    private readonly SemaphoreSlim _turns = new(4);

    public async Task CloseAsync(TSession session)
    {
        await _turns.WaitAsync();
        try
        {
            using var timeout = new CancellationTokenSource(Limit, clock);
            await session.CloseAsync(timeout.Token);
        }
        finally
        {
            _turns.Release();
            cap.Return();
        }
    }
}
