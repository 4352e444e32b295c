namespace EdgeGateway.Mcp.Upstream;

/// <summary>What went wrong between the gateway and the upstream.</summary>
public enum UpstreamFaultKind
{
    /// <summary>Nobody listens. <c>upstream_refused</c></summary>
    Refused,

    /// <summary>The name does not resolve. <c>upstream_dns</c></summary>
    Dns,

    /// <summary>TLS failed: certificate or protocol. <c>upstream_tls</c></summary>
    Tls,

    /// <summary>The connection broke after the request may have been sent. <c>upstream_connection_lost</c></summary>
    ConnectionLost,

    /// <summary>No answer in time. <c>upstream_timeout</c></summary>
    Timeout,

    /// <summary>401 or 403. <c>upstream_auth</c></summary>
    Auth,

    /// <summary>502, 503 or 504. <c>upstream_unavailable</c></summary>
    Unavailable,

    /// <summary>An answer that is not MCP. <c>upstream_protocol</c></summary>
    Protocol,
}

/// <summary>A failure that an operator and a client can be told.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Message">One sentence, no secrets, no exception text.</param>
/// <param name="Status">The upstream's HTTP status, or 0.</param>
/// <param name="Cause">For the log only.</param>
public sealed record UpstreamFault(UpstreamFaultKind Kind, string Message, int Status = 0, Exception? Cause = null)
{
    /// <summary>The machine-readable reason of protocol.md section 5.</summary>
    public string Reason => Kind switch
    {
        UpstreamFaultKind.Refused => "upstream_refused",
        UpstreamFaultKind.Dns => "upstream_dns",
        UpstreamFaultKind.Tls => "upstream_tls",
        UpstreamFaultKind.ConnectionLost => "upstream_connection_lost",
        UpstreamFaultKind.Timeout => "upstream_timeout",
        UpstreamFaultKind.Auth => "upstream_auth",
        UpstreamFaultKind.Unavailable => "upstream_unavailable",
        _ => "upstream_protocol",
    };
}

/// <summary>A handshake failed.</summary>
/// <param name="fault">How.</param>
public sealed class UpstreamException(UpstreamFault fault) : Exception(fault.Message, fault.Cause)
{
    /// <summary>How.</summary>
    public UpstreamFault Fault { get; } = fault;
}
