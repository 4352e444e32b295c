using System.Net.Sockets;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Turns what HTTP reports into faults a person can act on. Refused, Dns and Tls mean that the request did not run.</summary>
internal static class HttpFaults
{
    public static UpstreamFault ConnectionLost(Exception? cause) => new(
        UpstreamFaultKind.ConnectionLost,
        "The connection to the upstream broke before its answer was complete; see the upstream's log.",
        Cause: cause);

    public static UpstreamFault Protocol(string message, int status = 0, Exception? cause = null) =>
        new(UpstreamFaultKind.Protocol, message, status, cause);

    /// <summary>For what SendAsync throws, the caller's own cancellation apart.</summary>
    public static UpstreamFault Of(Exception exception) => exception switch
    {
        UpstreamException known => known.Fault,
        OperationCanceledException { InnerException: TimeoutException } => NotInTime(exception),
        HttpRequestException request => Of(request),
        _ => ConnectionLost(exception),
    };

    /// <summary>For a connection that took too long to make.</summary>
    public static UpstreamFault NotInTime(Exception cause) => new(
        UpstreamFaultKind.Refused,
        "The upstream accepted no connection in time; check its address and the firewalls between.",
        Cause: cause);

    /// <summary>For a connection that could not be made.</summary>
    public static UpstreamFault NotConnected(Exception cause) => IsUnknownName(cause) ? Dns(cause) : Refused(cause);

    /// <summary>For a connection without trust.</summary>
    public static UpstreamFault Tls(Exception cause) => new(
        UpstreamFaultKind.Tls,
        "TLS with the upstream failed; check its certificate, that it sends the intermediate certificates too, and the CA certificate registered for it.",
        Cause: cause);

    /// <summary>For an answer that is not as RFC 9112 says.</summary>
    /// <param name="what">What is wrong with it.</param>
    public static UpstreamFault NotHttp(string what) =>
        Protocol($"The upstream's answer is not HTTP the gateway can read ({what}); check that the URL is its MCP endpoint, and what stands in front of it.");

    /// <summary>For a status that stands between the gateway and the upstream, not for one that answers a request.</summary>
    public static UpstreamFault Unavailable(int status) =>
        new(UpstreamFaultKind.Unavailable, $"The upstream answered {status}: it is down or overloaded; try again later.", status);

    /// <summary>For a redirect.</summary>
    public static UpstreamFault Redirect(int status) =>
        Protocol($"The upstream redirects ({status}), which the gateway does not follow; register the URL it leads to.", status);

    /// <summary>For a success whose body is neither JSON nor events.</summary>
    public static UpstreamFault NotMcp(int status) =>
        Protocol($"The upstream answered {status} with neither JSON nor events; check that the URL is its MCP endpoint.", status);

    /// <summary>For a success that carries no response to initialize.</summary>
    public static UpstreamFault NotAnswered(int status) =>
        Protocol($"The upstream did not answer initialize (HTTP status {status}); check that the URL is its MCP endpoint.", status);

    /// <summary>For an answer to server/discover that names no revision the gateway speaks.</summary>
    public static UpstreamFault NotModern(int status) =>
        Protocol($"The upstream does not speak 2026-07-28 (HTTP status {status}); set era to auto or legacy, or check its URL.", status);

    /// <summary>For a status that ends a handshake.</summary>
    public static UpstreamFault Handshake(int status) => status is 401 or 403
        ? new(UpstreamFaultKind.Auth, $"The upstream answered {status}; check the credentials registered for it.", status)
        : Protocol($"The upstream answered the handshake with HTTP status {status}; check that the URL is its MCP endpoint.", status);

    private static UpstreamFault Of(HttpRequestException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.SecureConnectionError => Tls(exception),
        HttpRequestError.NameResolutionError => Dns(exception),
        HttpRequestError.ConnectionError when IsUnknownName(exception.InnerException) => Dns(exception),
        HttpRequestError.ConnectionError => Refused(exception),
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded =>
            Protocol("The upstream's answer is not HTTP the gateway can read; check that the URL is its MCP endpoint.", cause: exception),
        _ => ConnectionLost(exception),
    };

    private static UpstreamFault Refused(Exception exception) => new(
        UpstreamFaultKind.Refused,
        "The upstream refused the connection; check that it runs and that host and port are right.",
        Cause: exception);

    private static UpstreamFault Dns(Exception exception) =>
        new(UpstreamFaultKind.Dns, "The upstream's host name does not resolve; check its spelling and the DNS server.", Cause: exception);

    private static bool IsUnknownName(Exception? exception) => exception is SocketException
    {
        SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData or SocketError.NoRecovery,
    };
}
