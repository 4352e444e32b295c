using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Opens sessions over Streamable HTTP (specification 2025-11-25, Transports; the same since 2025-03-26).</summary>
/// <param name="http">Sends; shared, not disposed.</param>
/// <param name="url">The upstream's one MCP endpoint, http or https.</param>
/// <param name="authHeaders">The stored credential and other configured headers. Those of the handshake and of a request win over them.</param>
/// <param name="clock">Bounds the closing of sessions.</param>
public sealed class StreamableHttpConnector(
    HttpTransport http,
    Uri url,
    IReadOnlyList<KeyValuePair<string, string>> authHeaders,
    TimeProvider clock) : IResumingConnector
{
    /// <inheritdoc/>
    public async ValueTask<UpstreamSession> ConnectAsync(Handshake handshake, CancellationToken cancellationToken)
    {
        var endpoint = new StreamableHttpEndpoint(http, url, HeaderLists.Merge(authHeaders, handshake.Headers));
        await using var reply = await endpoint.PostAsync(Initialize.Request(handshake), default, [], cancellationToken);
        ThrowUnlessTaken(reply);
        var sessionId = SessionIdOf(reply);
        var session = new SessionHeaders(sessionId, null);
        try
        {
            var result = await ReadResultAsync(reply, cancellationToken);
            session = session with { ProtocolVersion = Initialize.ReadProtocolVersion(result.Span) };
            var asksClient = Initialize.DeclaresCapabilities(handshake.Capabilities);
            if (!asksClient)
                await SendInitializedAsync(endpoint, session, cancellationToken);
            return new StreamableHttpSession(endpoint, session, result, isInitializedSent: !asksClient, clock);
        }
        catch
        {
            // The upstream holds a session that nobody will use.
            await StreamableHttpSession.EndAsync(endpoint, session, clock, CancellationToken.None);
            throw;
        }
    }

    /// <inheritdoc/>
    public UpstreamSession Rejoin(OpenSession session, IReadOnlyList<KeyValuePair<string, string>> headers) => new StreamableHttpSession(
        new StreamableHttpEndpoint(http, url, HeaderLists.Merge(authHeaders, headers)),
        new SessionHeaders(session.SessionId, session.ProtocolVersion),
        initializeResult: default,
        isInitializedSent: !session.MayLackInitialized,
        clock);

    private static string? SessionIdOf(UpstreamReply reply)
    {
        var id = reply.SessionId;
        return id is null || VisibleText.IsVisible(id)
            ? id
            : throw new UpstreamException(
                HttpFaults.Protocol("The upstream gave a session id that is not visible ASCII; its MCP server must be mended."));
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadResultAsync(UpstreamReply reply, CancellationToken cancellationToken)
    {
        if (await AnswerReader.ReadAsync(reply, Initialize.Id, cancellationToken) is not { } answer)
            throw new UpstreamException(HttpFaults.NotAnswered(reply.Status));
        if (answer.Envelope.Error.Exists)
            throw new UpstreamException(Initialize.Refusal(answer.Envelope.Error.Of(answer.Message.Span)));
        return answer.Envelope.Result.Of(answer.Message).ToArray();
    }

    private static async ValueTask SendInitializedAsync(
        StreamableHttpEndpoint endpoint,
        SessionHeaders session,
        CancellationToken cancellationToken)
    {
        await using var reply = await endpoint.PostAsync(Initialize.Initialized, session, [], cancellationToken);
        ThrowUnlessTaken(reply);
    }

    private static void ThrowUnlessTaken(UpstreamReply reply)
    {
        var fault = reply.Kind switch
        {
            ReplyKind.Fault => reply.Fault,
            ReplyKind.HttpError or ReplyKind.SessionGone => HttpFaults.Handshake(reply.Status),
            _ => null,
        };
        if (fault is not null)
            throw new UpstreamException(fault);
    }
}
