namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// The circuit breaker of one endpoint: opens after five faults in a row, for 1 s doubling to 30 s with jitter, then lets one
/// probe decide (pool.md section 5). Used under the pool's lock.
/// </summary>
internal sealed class Breaker(TimeProvider clock, Random random)
{
    private const int FaultsToOpen = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private int _openings;
    private long _openedAt;
    private long _failedAt;
    private TimeSpan _pause;
    private bool _probing;

    public CircuitState State { get; private set; }

    /// <summary>Since the last success. An endpoint with some is tried after those without.</summary>
    public int FaultsInARow { get; private set; }

    /// <summary>Whether a handshake may go to the endpoint now, be it as the one probe.</summary>
    public bool Allows => State switch
    {
        CircuitState.Closed => true,
        CircuitState.Open => clock.GetElapsedTime(_openedAt) >= _pause,
        _ => !_probing,
    };

    /// <summary>Whether something is to find out if the endpoint is back: its pause is over, or its last fault was a while ago.</summary>
    public bool IsTrialDue => Allows && (State != CircuitState.Closed || (FaultsInARow > 0 && clock.GetElapsedTime(_failedAt) >= FirstPause));

    /// <summary>Until a probe is allowed; zero when it is.</summary>
    public TimeSpan Remaining => State == CircuitState.Open && clock.GetElapsedTime(_openedAt) is var open && open < _pause ? _pause - open : TimeSpan.Zero;

    /// <summary>Something goes to the endpoint now. When the pause is over, this is the one probe.</summary>
    public void Started()
    {
        if (State != CircuitState.Closed)
        {
            State = CircuitState.HalfOpen;
            _probing = true;
        }
    }

    public void Succeeded()
    {
        State = CircuitState.Closed;
        FaultsInARow = 0;
        _openings = 0;
        _probing = false;
    }

    /// <summary>The probe ended without a verdict, e.g. it was called off: the next one may go.</summary>
    public void Abandoned() => _probing = false;

    /// <summary>True when this fault opened the circuit.</summary>
    public bool Failed()
    {
        FaultsInARow++;
        _failedAt = clock.GetTimestamp();
        if (State == CircuitState.Open || (State == CircuitState.Closed && FaultsInARow < FaultsToOpen))
        {
            // What was under way when the circuit opened says nothing new.
            return false;
        }

        var longest = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(_openings, 5)));

        // Jitter, but never so short that the pause means nothing.
        _pause = longest * (0.5 + (random.NextDouble() / 2));
        _openings++;
        _openedAt = clock.GetTimestamp();
        _probing = false;
        State = CircuitState.Open;
        return true;
    }
}
