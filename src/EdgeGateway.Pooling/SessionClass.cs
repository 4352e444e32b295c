namespace EdgeGateway.Pooling;

/// <summary>
/// What a session was opened as: the protocol version asked for and the client capabilities declared.
/// A session serves only callers of its own class (pool.md section 2).
/// </summary>
/// <param name="ProtocolVersion">The MCP revision asked for in the handshake, e.g. <c>2025-11-25</c>.</param>
/// <param name="Capabilities">The client's <c>capabilities</c> object as canonical JSON; <c>{}</c> declares none.</param>
public sealed record SessionClass(string ProtocolVersion, string Capabilities)
{
    /// <summary>Whether any client capability is declared, so that the server may ask the client things.</summary>
    public bool DeclaresCapabilities => Capabilities != "{}";
}
