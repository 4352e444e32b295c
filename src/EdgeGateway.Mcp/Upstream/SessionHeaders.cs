namespace EdgeGateway.Mcp.Upstream;

/// <summary>What every request after the handshake carries; both null during it.</summary>
/// <param name="Id">The upstream's session id, or null when it gave none.</param>
/// <param name="ProtocolVersion">The revision agreed on.</param>
internal readonly record struct SessionHeaders(string? Id, string? ProtocolVersion);
