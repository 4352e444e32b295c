namespace EdgeGateway.Pooling;

/// <summary>The limit on open sessions over all pools of the gateway (<c>SESSION_POOL_MAX_TOTAL</c>), bound ones included.</summary>
/// <param name="limit">Sessions at most, ≥ 1.</param>
public sealed class SessionCap(int limit)
{
    // Written by every pool with Interlocked; read by anybody.
    private int _open;

    /// <summary>Sessions at most.</summary>
    public int Limit { get; } = limit;

    /// <summary>Places taken now: sessions open or being opened.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Takes one place; false when none is left.</summary>
    public bool TryTake()
    {
        var seen = Volatile.Read(ref _open);
        while (seen < Limit)
        {
            var found = Interlocked.CompareExchange(ref _open, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Gives a place back: once per successful <see cref="TryTake"/>.</summary>
    public void Return() => Interlocked.Decrement(ref _open);
}
