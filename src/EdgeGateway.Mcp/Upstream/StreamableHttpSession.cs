namespace EdgeGateway.Mcp.Upstream;

/// <summary>One session over Streamable HTTP: an id and a revision that every request carries. Connections belong to the handler.</summary>
internal sealed class StreamableHttpSession(
    StreamableHttpEndpoint endpoint,
    SessionHeaders headers,
    ReadOnlyMemory<byte> initializeResult,
    bool isInitializedSent,
    TimeProvider clock) : LegacySession(headers.ProtocolVersion!, initializeResult, isInitializedSent)
{
    /// <summary>Closing is a courtesy: an upstream that does not answer must not hold up a drain.</summary>
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    /// <summary>1 once the session was ended. Written by closers (Interlocked), read by nobody else.</summary>
    private int _closed;

    public override string? SessionId => headers.Id;

    public override bool IsStateful => headers.Id is not null;

    public override ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken) =>
        endpoint.PostAsync(message, headers, requestHeaders, cancellationToken);

    public override ValueTask<UpstreamReply> OpenStreamAsync(
        string? lastEventId,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken) =>
        endpoint.GetAsync(lastEventId, headers, requestHeaders, cancellationToken);

    public override async ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken)
    {
        var (id, ping) = NextPing();
        await using var reply = await endpoint.PostAsync(ping, headers, [], cancellationToken);
        if (reply.Kind is not (ReplyKind.Json or ReplyKind.Events))
            return reply.Kind;
        try
        {
            return await AnswerReader.ReadAsync(reply, id, cancellationToken) is null ? ReplyKind.Fault : ReplyKind.Json;
        }
        catch (UpstreamException)
        {
            return ReplyKind.Fault;
        }
    }

    public override ValueTask CloseAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _closed, 1) == 0 ? EndAsync(endpoint, headers, clock, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>DELETE, where there is a session to end. Whatever comes back, the session is over for the gateway. Never throws.</summary>
    public static async ValueTask EndAsync(
        StreamableHttpEndpoint endpoint,
        SessionHeaders headers,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (headers.Id is null)
            return;
        using var patience = new CancellationTokenSource(CloseTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await using var reply = await endpoint.DeleteAsync(headers, either.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits any longer; the upstream forgets the session by its own rules.
        }
    }
}
