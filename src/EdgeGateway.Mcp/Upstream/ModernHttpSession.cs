namespace EdgeGateway.Mcp.Upstream;

/// <summary>An upstream without sessions: every request stands for itself, and all of them may run at once.</summary>
internal sealed class ModernHttpSession(
    StreamableHttpEndpoint endpoint, SessionHeaders headers, ReadOnlyMemory<byte> discoverResult, ReadOnlyMemory<byte> initializeResult) : UpstreamSession
{
    public override string? SessionId => null;

    public override string ProtocolVersion => headers.ProtocolVersion!;

    public override ReadOnlyMemory<byte> InitializeResult => initializeResult;

    public override ReadOnlyMemory<byte> DiscoverResult => discoverResult;

    public override bool IsModern => true;

    public override bool IsStateful => false;

    public override ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> requestHeaders, CancellationToken cancellationToken) =>
        endpoint.PostAsync(message, headers with { ProtocolVersion = VersionOf(requestHeaders) }, requestHeaders, cancellationToken);

    public override ValueTask<UpstreamReply> OpenStreamAsync(
        string? lastEventId, IReadOnlyList<KeyValuePair<string, string>> requestHeaders, CancellationToken cancellationToken) =>
        new(new FaultReply(HttpFaults.Protocol("The upstream speaks 2026-07-28, which has no stream outside a request.", 405)));

    public override async ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken)
    {
        await using var reply = await endpoint.PostAsync(Discover.Request, headers, Discover.Headers, cancellationToken);
        return reply.Kind;
    }

    public override ValueTask CloseAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>A client of this era brings its own, right or wrong: the upstream is to judge it. Null leaves the header out.</summary>
    private string? VersionOf(IReadOnlyList<KeyValuePair<string, string>> requestHeaders)
    {
        foreach (var (name, value) in requestHeaders)
        {
            if (name.Equals("MCP-Protocol-Version", StringComparison.OrdinalIgnoreCase))
                return value.Length == 0 ? null : value;
        }

        return headers.ProtocolVersion;
    }
}
