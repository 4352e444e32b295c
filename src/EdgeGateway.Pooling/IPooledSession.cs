namespace EdgeGateway.Pooling;

/// <summary>An initialized upstream session as the pool sees it.</summary>
public interface IPooledSession
{
    /// <summary>Short, safe to show: never the upstream's session id itself.</summary>
    string DisplayId { get; }

    /// <summary>Whether the upstream keeps state for this session. Decided by its handshake; unknown counts as stateful.</summary>
    bool IsStateful { get; }

    /// <summary>Whether nobody could go on with it after a restart of the gateway: then it is closed at the gateway's end, also while a client is bound to it.</summary>
    bool EndsWithGateway => false;

    /// <summary>Asks the upstream whether the session lives. Never throws.</summary>
    ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>Ends the session upstream and frees what it holds. Never throws; called once.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);
}

/// <summary>What a probe found.</summary>
public enum ProbeResult
{
    /// <summary>The session answered.</summary>
    Alive,

    /// <summary>The upstream does not know the session any more.</summary>
    SessionGone,

    /// <summary>The upstream could not be asked.</summary>
    ServerFault,
}
