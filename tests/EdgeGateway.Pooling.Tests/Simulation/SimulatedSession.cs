namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>A session as its upstream knows it, and what it was used for.</summary>
internal sealed class SimulatedSession(SimulatedUpstream upstream, int endpoint, SessionClass sessionClass, Credential credential, string displayId) : IPooledSession
{
    public int Endpoint { get; } = endpoint;

    public SessionClass Class { get; } = sessionClass;

    public Credential Credential { get; } = credential;

    public string DisplayId { get; } = displayId;

    public bool IsStateful { get; } = upstream.IsStateful;

    /// <summary>False once the upstream forgot it, or was told to.</summary>
    public bool IsKnown { get; set; } = true;

    /// <summary>The pool gave it up.</summary>
    public bool IsClosed { get; private set; }

    public int ProbesRunning { get; private set; }

    /// <summary>When the requests it was given so far are done, where it serves one at a time.</summary>
    public TimeSpan BusyUntil { get; set; }

    public SessionUse Use { get; } = new();

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken)
    {
        ProbesRunning++;
        try
        {
            return await upstream.ProbeAsync(this, cancellationToken);
        }
        finally
        {
            ProbesRunning--;
        }
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Assert.False(IsClosed, $"{this} is closed twice");
        IsClosed = true;
        upstream.Closing(this);
        return upstream.CloseAsync(this, cancellationToken);
    }

    public override string ToString() => $"{DisplayId}@{Endpoint}";
}
