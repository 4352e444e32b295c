namespace EdgeGateway.Mcp.Upstream;

/// <summary>Goes on with sessions that somebody opened before and left open.</summary>
public interface IResumingConnector : IUpstreamConnector
{
    /// <summary>The session as if it had been opened here; its <see cref="UpstreamSession.InitializeResult"/> is empty. Asks nobody: whether it still lives, its first request shows.</summary>
    /// <param name="session">What is known of it.</param>
    /// <param name="headers">Headers to send with every request of the session, as in a handshake.</param>
    UpstreamSession Rejoin(OpenSession session, IReadOnlyList<KeyValuePair<string, string>> headers);
}

/// <summary>A session that is open already.</summary>
/// <param name="SessionId">The upstream's id for it, or null where it gave none.</param>
/// <param name="ProtocolVersion">The revision agreed on; null before a handshake.</param>
/// <param name="MayLackInitialized">Whether <c>notifications/initialized</c> may still have to be sent.</param>
public sealed record OpenSession(string? SessionId, string? ProtocolVersion, bool MayLackInitialized);
