namespace EdgeGateway.Pooling;

/// <summary>How a request on a leased session ended, as far as the session's health goes (pool.md section 5).</summary>
public enum LeaseOutcome
{
    /// <summary>The upstream answered; a tool error or any JSON-RPC error is an answer. The session goes back.</summary>
    Reusable,

    /// <summary>The upstream does not know the session any more. The session is replaced; the server is not to blame.</summary>
    SessionGone,

    /// <summary>
    /// Connect, TLS, 502/503/504 or a broken connection. Counts against the session and the endpoint. After an exclusive lease the
    /// session is closed, because the request may still run on it; a shared one is ejected when its success rate says so.
    /// </summary>
    ServerFault,

    /// <summary>The upstream was silent past the request timeout. A server fault; the session is closed.</summary>
    TimedOut,

    /// <summary>The caller went away and the request did not end in time. Nobody's fault, but the session is not clean: closed.</summary>
    CallerCancelled,
}
