namespace EdgeGateway.Pooling;

/// <summary>Who may share an upstream session (pool.md section 2). Separate from which session is picked, the strategy.</summary>
public enum Isolation
{
    /// <summary>As <see cref="Session"/> where the upstream keeps state, as <see cref="Shared"/> within one credential where it proved that it does not.</summary>
    Auto,

    /// <summary>One client session, one upstream session, closed at its end and never handed on.</summary>
    Session,

    /// <summary>Bound while the client session lives, then reused by the same principal only.</summary>
    User,

    /// <summary>Any session, any request: the operator states that the server keeps nothing per session.</summary>
    Shared,
}
