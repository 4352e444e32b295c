using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Opens sessions over HTTP+SSE, the transport of revision 2024-11-05 that Streamable HTTP replaced.</summary>
/// <param name="http">Sends; shared, not disposed.</param>
/// <param name="url">Where the upstream's stream is opened, http or https; often <c>/sse</c>.</param>
/// <param name="authHeaders">The stored credential and other configured headers. Those of the handshake and of a request win over them.</param>
public sealed class SseConnector(
    HttpTransport http,
    Uri url,
    IReadOnlyList<KeyValuePair<string, string>> authHeaders) : IUpstreamConnector
{
    /// <inheritdoc/>
    public async ValueTask<UpstreamSession> ConnectAsync(Handshake handshake, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(HeaderLists.Merge(authHeaders, handshake.Headers), cancellationToken);
        try
        {
            var result = await InitializeAsync(connection, handshake, cancellationToken);
            var version = Initialize.ReadProtocolVersion(result.Span);
            var asksClient = Initialize.DeclaresCapabilities(handshake.Capabilities);
            if (!asksClient)
                await SendInitializedAsync(connection, cancellationToken);
            return new SseSession(connection, version, result, isInitializedSent: !asksClient);
        }
        catch
        {
            await connection.CloseAsync();
            throw;
        }
    }

    private async ValueTask<SseConnection> OpenAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var stream = await new StreamableHttpEndpoint(http, url, headers).GetAsync(null, default, [], cancellationToken);
        try
        {
            ThrowUnless(ReplyKind.Events, stream);
            var ended = new CancellationTokenSource(); // outlives the handshake: the connection reads on
            await using var inTime = cancellationToken.UnsafeRegister(_ => ended.Cancel(), null);
            var frames = stream.ReadEventsAsync(ended.Token).GetAsyncEnumerator(ended.Token);
            var endpoint = await EndpointEvent.ReadAsync(frames, url);
            return new SseConnection(stream, frames, new SseMessages(http, endpoint, headers), ended);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<ReadOnlyMemory<byte>> InitializeAsync(SseConnection connection, Handshake handshake, CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(Initialize.Request(handshake), [], isGateways: true, cancellationToken);
        if (reply.Kind != ReplyKind.Events)
            ThrowUnless(ReplyKind.Json, reply);
        if (await AnswerReader.ReadAsync(reply, Initialize.Id, cancellationToken) is not { } answer)
            throw new UpstreamException(HttpFaults.NotAnswered(reply.Status));
        if (answer.Envelope.Error.Exists)
            throw new UpstreamException(Initialize.Refusal(answer.Envelope.Error.Of(answer.Message.Span)));
        return answer.Envelope.Result.Of(answer.Message).ToArray();
    }

    private static async ValueTask SendInitializedAsync(SseConnection connection, CancellationToken cancellationToken)
    {
        await using var reply = await connection.SendAsync(Initialize.Initialized, [], isGateways: true, cancellationToken);
        ThrowUnless(ReplyKind.Accepted, reply);
    }

    private static void ThrowUnless(ReplyKind wanted, UpstreamReply reply)
    {
        if (reply.Kind != wanted)
        {
            throw new UpstreamException(reply.Kind switch
            {
                ReplyKind.Fault => reply.Fault!,
                ReplyKind.HttpError or ReplyKind.SessionGone when reply.Status != 0 => HttpFaults.Handshake(reply.Status),
                ReplyKind.SessionGone => HttpFaults.ConnectionLost(null),
                _ => HttpFaults.NotMcp(reply.Status),
            });
        }
    }
}
