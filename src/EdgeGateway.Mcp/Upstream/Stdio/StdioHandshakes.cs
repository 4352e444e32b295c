namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>How a process becomes a session: by initialize, or by what it answers to server/discover.</summary>
internal static class StdioHandshakes
{
    /// <summary>initialize, and <c>notifications/initialized</c> unless its client sees to that.</summary>
    /// <exception cref="UpstreamException">It refused, or ended.</exception>
    public static async ValueTask<UpstreamSession> LegacyAsync(StdioLink link, Handshake handshake, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(link, Initialize.Request(handshake), Initialize.Id, cancellationToken) ?? throw new UpstreamException(StdioFaults.NotAnswered);
        if (answer.Envelope.Error.Exists)
            throw new UpstreamException(Initialize.Refusal(answer.Envelope.Error.Of(answer.Message.Span)));
        var result = answer.Envelope.Result.Of(answer.Message).ToArray();
        var protocolVersion = Initialize.ReadProtocolVersion(result);
        var asksClient = Initialize.DeclaresCapabilities(handshake.Capabilities);
        if (!asksClient)
        {
            await using var taken = await link.PostAsync(Initialize.Initialized, isOurs: true, cancellationToken);
        }

        return new StdioSession(link, protocolVersion, result, isInitializedSent: !asksClient);
    }

    /// <summary>The response to server/discover, whatever it says.</summary>
    /// <exception cref="UpstreamException">The process ended instead.</exception>
    public static async ValueTask<Answer> DiscoverAsync(StdioLink link, CancellationToken cancellationToken) =>
        await AskAsync(link, Discover.Request, Discover.Id, cancellationToken) ?? throw new UpstreamException(StdioFaults.NotModern);

    /// <summary>A session for any number of clients.</summary>
    /// <param name="link">Gives up everything it heard before.</param>
    /// <param name="discovered">A result, to server/discover.</param>
    public static UpstreamSession Modern(StdioLink link, Answer discovered)
    {
        link.Share();
        var result = discovered.Envelope.Result.Of(discovered.Message).ToArray();
        return new ModernStdioSession(link, result, Discover.ToInitializeResult(result));
    }

    private static async ValueTask<Answer?> AskAsync(StdioLink link, ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> id, CancellationToken cancellationToken)
    {
        await using var reply = await link.PostAsync(request, isOurs: true, cancellationToken);
        return reply.Kind switch
        {
            ReplyKind.Fault => throw new UpstreamException(reply.Fault!),
            ReplyKind.SessionGone => throw new UpstreamException(StdioFaults.EndedAtOnce),
            _ => await AnswerReader.ReadAsync(reply, id, cancellationToken),
        };
    }
}
