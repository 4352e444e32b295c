namespace EdgeGateway.Pooling.Maintenance;

/// <summary>
/// The circuit breaker of one endpoint: opens after five faults in a row, or when <see cref="Outliers{TSession}"/> finds its success rate
/// too low, for 1 s doubling to 30 s with jitter, then lets one probe through, then 1, 2, 4 … requests at once, of which none may fail
/// (pool.md section 5). Used under the pool's lock, but for <see cref="HasFaults"/>.
/// </summary>
internal sealed class Breaker(TimeProvider clock, Random random)
{
    private const int FaultsToOpen = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>As long as outcomes count: an endpoint that serves for so long after it was away for its rate begins again with the first pause.</summary>
    private static readonly TimeSpan CleanWindow = TimeSpan.FromSeconds(60);

    private int _openings;
    private long _openedAt;
    private long _failedAt;
    private TimeSpan _pause;
    private bool _probing;
    private int _allowed;

    // Written under the lock; read by releasers without it: who reads it late is heard at the next release.
    private volatile bool _hasFaults;

    public CircuitState State { get; private set; }

    /// <summary>Not closed, and not because it did not answer: the last that was heard of it is that it answers some.</summary>
    public bool IsAwayForItsRate { get; private set; }

    /// <summary>Since the last success. An endpoint with some is tried after those without.</summary>
    public int FaultsInARow { get; private set; }

    /// <summary>Whether a request that ends well has to tell.</summary>
    public bool HasFaults
    {
        get
        {
            Interleaving.Point();
            return _hasFaults;
        }
    }

    /// <summary>Sessions that may serve requests now: none while the circuit is open or a probe decides, 1, 2, 4 … after it did.</summary>
    public int Allowed => State == CircuitState.Closed ? int.MaxValue : _allowed;

    /// <summary>Since when the endpoint serves without restriction; timestamp, 0 when it was never away.</summary>
    public long ReturnedAt { get; private set; }

    /// <summary>Whether a handshake may go to the endpoint now, be it as the one probe.</summary>
    public bool Allows => State switch
    {
        CircuitState.Closed => true,
        CircuitState.Open => clock.GetElapsedTime(_openedAt) >= _pause,
        _ => !_probing || _allowed > 0,
    };

    /// <summary>Whether something is to find out if the endpoint is back: its pause is over, or its last fault was a while ago.</summary>
    public bool IsTrialDue => _allowed == 0 && Allows
        && (State != CircuitState.Closed || (FaultsInARow > 0 && clock.GetElapsedTime(_failedAt) >= FirstPause));

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
        FaultsInARow = 0;
        if (State == CircuitState.Open)
        {
            // Begun before the circuit opened, or on a bound session: only the probe after its pause decides.
            return;
        }

        _probing = false;
        if (State != CircuitState.Closed)
        {
            State = CircuitState.HalfOpen;
            _allowed = Math.Max(1, Math.Min(1 << 20, _allowed * 2));
        }

        _hasFaults = State != CircuitState.Closed;
    }

    /// <summary>A tick without a fault while the endpoint returns is as good as a success: there may be no requests.</summary>
    public void Elapse()
    {
        if (State == CircuitState.HalfOpen && _allowed > 0)
        {
            Succeeded();
        }
    }

    /// <summary>Lets everything through: so many sessions were allowed that this is all there are.</summary>
    public void Close()
    {
        if (!IsAwayForItsRate)
        {
            // It answers again. What was sent away for its rate answered all the time, and has to show that it does so often enough.
            _openings = 0;
        }

        State = CircuitState.Closed;
        IsAwayForItsRate = false;
        ReturnedAt = clock.GetTimestamp();
        _allowed = 0;
        _hasFaults = FaultsInARow > 0;
    }

    /// <summary>Lets everything through at once: its rate is no reason any more, nor for a longer pause the next time.</summary>
    public void Readmit()
    {
        FaultsInARow = 0;
        _probing = false;
        IsAwayForItsRate = false;
        Close();
    }

    /// <summary>The probe ended without a verdict, e.g. it was called off: the next one may go.</summary>
    public void Abandoned() => _probing = false;

    /// <summary>True when this fault opened the circuit.</summary>
    public bool Failed()
    {
        FaultsInARow++;
        _failedAt = clock.GetTimestamp();
        _hasFaults = true;
        if (State == CircuitState.Open || (State == CircuitState.Closed && FaultsInARow < FaultsToOpen))
        {
            // What was under way when the circuit opened says nothing new.
            return false;
        }

        // One that fails as it returns does what it was sent away for, until nothing else is heard of it.
        Open(IsAwayForItsRate && FaultsInARow < FaultsToOpen);
        return true;
    }

    /// <summary>Opens a closed circuit for the endpoint's success rate.</summary>
    public void Trip()
    {
        _hasFaults = true;
        Open(isForItsRate: true);
    }

    private void Open(bool isForItsRate)
    {
        if (State == CircuitState.Closed && clock.GetElapsedTime(ReturnedAt) >= CleanWindow)
        {
            _openings = 0;
        }

        var longest = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(_openings, 5)));

        // Jitter, but never so short that the pause means nothing.
        _pause = longest * (0.5 + (random.NextDouble() / 2));
        _openings++;
        _openedAt = clock.GetTimestamp();
        _probing = false;
        _allowed = 0;
        State = CircuitState.Open;
        IsAwayForItsRate = isForItsRate;
    }
}
