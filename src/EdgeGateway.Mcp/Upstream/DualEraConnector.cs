using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Opens sessions of whichever era is asked for, as far as the upstream speaks it (protocol.md section 3).</summary>
/// <param name="legacy">For revisions with a handshake.</param>
/// <param name="modern">For revisions without.</param>
/// <param name="allowed">What the operator says the upstream speaks; Unknown lets the gateway find out.</param>
public sealed class DualEraConnector(IResumingConnector legacy, ModernHttpConnector modern, EraSet allowed) : IResumingConnector
{
    // Written by handshakes, any of whom is right; read by the next.
    private volatile bool _isModernOnly = allowed == EraSet.Modern;

    /// <inheritdoc/>
    public ValueTask<UpstreamSession> ConnectAsync(Handshake handshake, CancellationToken cancellationToken) =>
        _isModernOnly || ProtocolVersions.IsModern(handshake.ProtocolVersion)
            ? modern.ConnectAsync(handshake, cancellationToken)
            : ConnectLegacyAsync(handshake, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) =>
        allowed == EraSet.Unknown ? modern.ProbeAsync(headers, cancellationToken) : new(allowed);

    /// <inheritdoc/>
    public UpstreamSession Rejoin(OpenSession session, IReadOnlyList<KeyValuePair<string, string>> headers) => legacy.Rejoin(session, headers);

    private async ValueTask<UpstreamSession> ConnectLegacyAsync(Handshake handshake, CancellationToken cancellationToken)
    {
        try
        {
            return await legacy.ConnectAsync(handshake, cancellationToken);
        }
        catch (UpstreamException refused) when (allowed == EraSet.Unknown && refused.Fault.Kind == UpstreamFaultKind.Protocol)
        {
            // Whoever has no handshake refuses it: it may be one without sessions.
            if (await modern.ProbeAsync(handshake.Headers, cancellationToken) != EraSet.Modern)
                throw;
            _isModernOnly = true;
            return await modern.ConnectAsync(handshake, cancellationToken);
        }
    }
}
