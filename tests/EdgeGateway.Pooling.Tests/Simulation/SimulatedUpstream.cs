namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>An upstream server in simulated time, with an endpoint or more, each in its own trouble.</summary>
internal sealed class SimulatedUpstream(SimulatedTime time, Random luck, int endpoints) : ISessionOpener<SimulatedSession>
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(1);
    private readonly Trouble[] _troubles = new Trouble[endpoints];
    private readonly TimeSpan[] _troubledAt = new TimeSpan[endpoints];
    private readonly HashSet<SimulatedSession> _standing = [];
    private int _number;

    public bool IsStateful { get; init; } = true;

    public TimeSpan HandshakeTime { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>After this the gateway gives a request up.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);

    public int Endpoints => _troubles.Length;

    /// <summary>Handshakes running now.</summary>
    public int Handshakes { get; private set; }

    public int ProbesRunning => _standing.Sum(session => session.ProbesRunning);

    /// <summary>Handshakes and probes that ever began.</summary>
    public int Trials { get; private set; }

    /// <summary>Handed to the pool, and the close the pool asked for has not ended.</summary>
    public IReadOnlyCollection<SimulatedSession> Standing => _standing;

    /// <summary>Called when the pool closes a session.</summary>
    public Action<SimulatedSession> Closing { get; set; } = static _ => { };

    public Trouble this[int endpoint]
    {
        get => _troubles[endpoint];
        set
        {
            _troubledAt[endpoint] = time.Now;
            _troubles[endpoint] = value;
        }
    }

    /// <summary>Since when nothing is wrong with an endpoint; null while something is.</summary>
    public TimeSpan? WellSince(int endpoint) => _troubles[endpoint] == Trouble.None ? _troubledAt[endpoint] : null;

    public void Is(Trouble trouble)
    {
        for (var endpoint = 0; endpoint < endpoints; endpoint++)
        {
            this[endpoint] = trouble;
        }
    }

    /// <summary>A restart: the endpoint knows none of its sessions any more.</summary>
    public void Forget(int endpoint)
    {
        foreach (var session in _standing.Where(session => session.Endpoint == endpoint))
        {
            session.IsKnown = false;
        }
    }

    public ValueTask<SimulatedSession> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken) =>
        Has(endpoint, Trouble.Buggy) && luck.Next(2) == 0
            ? throw new InvalidOperationException("thrown before the first await")
            : HandshakeAsync(endpoint, sessionClass, credential, cancellationToken);

    /// <summary>A request that takes so long when all is well.</summary>
    public async Task<LeaseOutcome> ServeAsync(SimulatedSession session, TimeSpan work)
    {
        await WaitAsync(RoundTrip, default);
        if (Has(session.Endpoint, Trouble.Down))
        {
            return LeaseOutcome.ServerFault;
        }

        if (Has(session.Endpoint, Trouble.Hangs))
        {
            await WaitAsync(RequestTimeout, default);
            return LeaseOutcome.TimedOut;
        }

        session.IsKnown &= !(Has(session.Endpoint, Trouble.Forgetful) && luck.Next(8) == 0);
        if (!session.IsKnown)
        {
            return LeaseOutcome.SessionGone;
        }

        await WaitAsync(Has(session.Endpoint, Trouble.Slow) ? work * 10 : work, default);
        if (session.IsClosed)
        {
            // The connection went with the session.
            return LeaseOutcome.CallerCancelled;
        }

        return Has(session.Endpoint, Trouble.Faulty) && luck.Next(2) == 0 ? LeaseOutcome.ServerFault : LeaseOutcome.Reusable;
    }

    /// <summary>A request behind those the session was given before: it serves one at a time.</summary>
    public Task ServeInTurnAsync(SimulatedSession session, TimeSpan work)
    {
        session.BusyUntil = TimeSpan.FromTicks(Math.Max(session.BusyUntil.Ticks, time.Now.Ticks)) + work;
        return WaitAsync(session.BusyUntil - time.Now, default);
    }

    public async ValueTask<ProbeResult> ProbeAsync(SimulatedSession session, CancellationToken cancellationToken)
    {
        Trials++;
        if (Has(session.Endpoint, Trouble.Hangs))
        {
            await WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        await WaitAsync(RoundTrip, cancellationToken);
        return Has(session.Endpoint, Trouble.Down) ? ProbeResult.ServerFault : session.IsKnown ? ProbeResult.Alive : ProbeResult.SessionGone;
    }

    public async ValueTask CloseAsync(SimulatedSession session, CancellationToken cancellationToken)
    {
        session.IsKnown = false;
        try
        {
            await WaitAsync(Has(session.Endpoint, Trouble.DeleteHangs | Trouble.Hangs) ? Timeout.InfiniteTimeSpan : RoundTrip, cancellationToken);
            if (Has(session.Endpoint, Trouble.DeleteFails) && luck.Next(2) == 0)
            {
                throw new InvalidOperationException("what a session must not do");
            }
        }
        catch (OperationCanceledException)
        {
            // As a real session: no answer in time, and so be it.
        }
        finally
        {
            _standing.Remove(session);
        }
    }

    private async ValueTask<SimulatedSession> HandshakeAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
    {
        Handshakes++;
        Trials++;
        try
        {
            await WaitAsync(HandshakeDuration(endpoint), cancellationToken);
            Refuse(endpoint);
            var session = new SimulatedSession(this, endpoint, sessionClass, credential, Has(endpoint, Trouble.SameIds) ? "same" : $"s{++_number}");
            _standing.Add(session);
            return session;
        }
        finally
        {
            Handshakes--;
        }
    }

    private TimeSpan HandshakeDuration(int endpoint) =>
        Has(endpoint, Trouble.Hangs) ? Timeout.InfiniteTimeSpan
        : Has(endpoint, Trouble.Down) ? RoundTrip
        : Has(endpoint, Trouble.Slow) ? HandshakeTime * 10
        : HandshakeTime;

    private void Refuse(int endpoint)
    {
        if (Has(endpoint, Trouble.Down))
        {
            throw new SessionOpenException("upstream_refused", "The upstream refused the connection.");
        }

        if (Has(endpoint, Trouble.Unauthorized))
        {
            throw new SessionOpenException("upstream_auth", "The upstream refused the credential.", isServerFault: false);
        }

        if (Has(endpoint, Trouble.Buggy))
        {
            throw new InvalidOperationException("thrown after an await");
        }
    }

    private bool Has(int endpoint, Trouble trouble) => (_troubles[endpoint] & trouble) != 0;

    private Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken) => time.WaitAsync(delay, cancellationToken);
}
