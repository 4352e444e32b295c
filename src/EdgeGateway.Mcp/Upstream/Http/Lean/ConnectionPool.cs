namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>
/// The connections to one origin that nobody uses. Whoever finds none makes one: the permits of the session pool are the limit, and there
/// is no second line to wait in. The last one put down is taken first, so that those a busy hour left behind grow old and go.
/// </summary>
/// <param name="connect">Makes a connection, or throws an <see cref="UpstreamException"/>.</param>
/// <param name="clock">Measures their age.</param>
internal sealed class ConnectionPool(Func<CancellationToken, ValueTask<Stream>> connect, TimeProvider clock) : IDisposable
{
    /// <summary>So that a change in DNS is seen, as with the standard handler.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(15);

    /// <summary>Servers commonly close what is idle for longer, and whoever writes at that moment loses a call.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(15);

    /// <summary>What the largest session pool can use at once; the rest of a burst is closed when it is over.</summary>
    private const int MostIdle = 1000;

    private readonly Lock _lock = new();

    /// <summary>Under the lock. The top was put down last.</summary>
    private readonly List<LeanConnection> _idle = [];

    /// <summary>Runs while there is something to sweep, so that a pool nobody uses any more is garbage. Under the lock.</summary>
    private ITimer? _sweeper;

    /// <summary>Under the lock.</summary>
    private bool _isDisposed;

    /// <summary>A connection that has begun a request; null when there is none to be had without waiting.</summary>
    public LeanConnection? TryTake(CancellationToken cancellationToken)
    {
        // With a token that has fired every look at a connection would find it ended.
        while (!cancellationToken.IsCancellationRequested && Pop() is { } connection)
        {
            if (IsFresh(connection, clock.GetTimestamp()) && connection.Begin(cancellationToken))
                return connection;
            connection.Close();
        }

        return null;
    }

    /// <summary>A new connection that has begun a request.</summary>
    /// <exception cref="UpstreamException">There is none to be had.</exception>
    public async ValueTask<LeanConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new LeanConnection(await connect(cancellationToken)) { Times = (clock.GetTimestamp(), 0) };
        connection.Begin(cancellationToken); // whatever comes, even before the request, is about it
        return connection;
    }

    /// <summary>Takes a connection back, or closes it where no other request may follow.</summary>
    public void Return(LeanConnection connection)
    {
        if (!connection.TryRest() || !TryPush(connection))
            connection.Close();
    }

    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        Remove(static (_, _, _) => true);
    }

    private LeanConnection? Pop()
    {
        lock (_lock)
        {
            if (_idle.Count == 0)
                return null;
            var last = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return last;
        }
    }

    private bool TryPush(LeanConnection connection)
    {
        connection.Times = (connection.Times.Made, clock.GetTimestamp());
        lock (_lock)
        {
            if (_isDisposed || _idle.Count >= MostIdle)
                return false;
            _idle.Add(connection);
            if (_sweeper is not null)
                return true;
            using var _ = ExecutionContext.SuppressFlow(); // it sweeps for everybody, not in the context of the first call
            _sweeper = clock.CreateTimer(static pool => ((ConnectionPool)pool!).Sweep(), this, SweepInterval, SweepInterval);
            return true;
        }
    }

    private void Sweep() => Remove(static (self, connection, now) => !self.IsFresh(connection, now));

    private void Remove(Func<ConnectionPool, LeanConnection, long, bool> isOver)
    {
        List<LeanConnection> over;
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            over = _idle.FindAll(connection => isOver(this, connection, now));
            _idle.RemoveAll(over.Contains);
            if (_idle.Count == 0)
            {
                _sweeper?.Dispose();
                _sweeper = null;
            }
        }

        foreach (var connection in over)
            connection.Close();
    }

    private bool IsFresh(LeanConnection connection, long now) =>
        clock.GetElapsedTime(connection.Times.Idle, now) < LongestIdle && clock.GetElapsedTime(connection.Times.Made, now) < LongestLife;
}
