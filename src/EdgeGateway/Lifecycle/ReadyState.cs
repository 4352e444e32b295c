namespace EdgeGateway.Lifecycle;

/// <summary>Where the process stands. Read by <c>/health/ready</c> and by the data path, which takes no new work while draining.</summary>
internal sealed class ReadyState : IDisposable
{
    private readonly CancellationTokenSource _draining = new();

    // Written by start and drain, once each and in this order; read by every request without a lock.
    private int _phase;

    public bool IsReady => Volatile.Read(ref _phase) == (int)Phase.Ready;

    public bool IsDraining => Volatile.Read(ref _phase) == (int)Phase.Draining;

    /// <summary>"starting", "ready" or "draining".</summary>
    public string Name => (Phase)Volatile.Read(ref _phase) switch
    {
        Phase.Starting => "starting",
        Phase.Ready => "ready",
        _ => "draining",
    };

    /// <summary>Cancelled when draining begins: what waits without doing work (an idle event stream) ends then.</summary>
    public CancellationToken DrainBegun => _draining.Token;

    /// <summary>Everything is up. No effect once draining has begun.</summary>
    public void MarkReady() => Interlocked.CompareExchange(ref _phase, (int)Phase.Ready, (int)Phase.Starting);

    /// <returns>False when draining had begun already.</returns>
    public bool BeginDraining()
    {
        if (Interlocked.Exchange(ref _phase, (int)Phase.Draining) == (int)Phase.Draining)
        {
            return false;
        }
        _draining.Cancel();
        return true;
    }

    public void Dispose() => _draining.Dispose();

    private enum Phase
    {
        Starting,
        Ready,
        Draining,
    }
}
