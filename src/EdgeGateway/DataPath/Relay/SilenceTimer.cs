namespace EdgeGateway.DataPath.Relay;

/// <summary>Fires when the upstream has been silent for <c>request_timeout</c>. Every sign of life starts it anew.</summary>
internal sealed class SilenceTimer(TimeSpan limit, TimeProvider clock) : IDisposable
{
    private readonly CancellationTokenSource _source = new(limit, clock);

    // Written once, by the callback that learns that the client is gone; read by the relay. From then on no sign of life helps.
    private volatile bool _final;

    public TimeSpan Limit { get; } = limit;

    public CancellationToken Token => _source.Token;

    public void Restart()
    {
        if (!_final)
        {
            _source.CancelAfter(Limit);
        }
    }

    /// <summary>Stops until the next <see cref="Restart"/>: it is the client that is waited for, and a slow one is not the upstream's silence.</summary>
    public void Pause()
    {
        if (!_final)
        {
            _source.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Gives the upstream this long to end, whatever it sends.</summary>
    public void EndWithin(TimeSpan rest)
    {
        _final = true;
        _source.CancelAfter(rest);
    }

    public void Dispose() => _source.Dispose();
}
