using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>One session over stdio: one process. Headers do not exist there and are left out.</summary>
internal sealed class StdioSession(StdioLink link, string protocolVersion, ReadOnlyMemory<byte> initializeResult, bool isInitializedSent)
    : LegacySession(protocolVersion, initializeResult, isInitializedSent)
{
    public override string? SessionId => null;

    /// <summary>A process remembers whatever it likes, and nothing says that it does not.</summary>
    public override bool IsStateful => true;

    public override bool IsGone => link.IsGone;

    public override ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken)
    {
        var isWhole = Envelope.Read(message.Span, out var envelope) == EnvelopeError.None;
        return isWhole && envelope.Kind == MessageKind.Batch
            ? StdioBatch.PostAsync(link, message, cancellationToken)
            : link.PostAsync(message, isWhole, envelope, isOurs: false, cancellationToken);
    }

    /// <summary>Always there. There is nothing to resume: what nobody heard is gone.</summary>
    public override ValueTask<UpstreamReply> OpenStreamAsync(
        string? lastEventId,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken) =>
        new(link.Listen());

    public override async ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken)
    {
        await using var reply = await link.PostAsync(NextPing().Message, isOurs: true, cancellationToken);
        return link.IsGone ? ReplyKind.SessionGone : reply.Kind;
    }

    public override ValueTask CloseAsync(CancellationToken cancellationToken) => link.CloseAsync(cancellationToken);
}
