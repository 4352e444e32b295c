namespace EdgeGateway.Mcp.Upstream;

/// <summary>One session over HTTP+SSE (specification 2024-11-05). Its stream is its identity, so it has no id and always has state.</summary>
internal sealed class SseSession(
    SseConnection connection,
    string protocolVersion,
    ReadOnlyMemory<byte> initializeResult,
    bool isInitializedSent) : LegacySession(protocolVersion, initializeResult, isInitializedSent)
{
    public override string? SessionId => null;

    public override bool IsStateful => true;

    public override ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken) =>
        connection.SendAsync(message, requestHeaders, isGateways: false, cancellationToken);

    /// <summary>Events of this transport have no ids to resume from; what nobody has read yet comes first.</summary>
    public override ValueTask<UpstreamReply> OpenStreamAsync(
        string? lastEventId,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken) =>
        new(connection.OpenStream());

    public override async ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(NextPing().Message, [], isGateways: true, cancellationToken);
        return reply.Kind;
    }

    public override ValueTask CloseAsync(CancellationToken cancellationToken) => connection.CloseAsync();
}
