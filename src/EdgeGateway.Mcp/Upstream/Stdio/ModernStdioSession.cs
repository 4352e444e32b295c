using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// A process of revision 2026-07-28: every request stands for itself, and those of different clients run at once (Transports,
/// stdio). Each goes out under an id of the session's own, so that clients may choose theirs as they like.
/// </summary>
internal sealed class ModernStdioSession(StdioLink link, ReadOnlyMemory<byte> discoverResult, ReadOnlyMemory<byte> initializeResult) : UpstreamSession
{
    /// <summary>Not to be guessed: a client that named another's id as its progress token could speak to it.</summary>
    private readonly string _prefix = $"egw-{RandomNumberGenerator.GetHexString(16, lowercase: true)}-";

    // Written by every request (Interlocked); never read otherwise.
    private long _last;

    public override string? SessionId => null;

    public override string ProtocolVersion => ProtocolVersions.NewestModern;

    public override ReadOnlyMemory<byte> InitializeResult => initializeResult;

    public override ReadOnlyMemory<byte> DiscoverResult => discoverResult;

    public override bool IsModern => true;

    public override bool IsStateful => false;

    public override bool IsGone => link.IsGone;

    /// <summary>
    /// Headers do not exist here: what they say stands in <c>_meta</c>. Notifications end here. The one a client of this revision
    /// has is the cancel, whose id would mean another client's request as well; a request is cancelled by giving it up.
    /// </summary>
    public override async ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        if (Envelope.Read(message.Span, out var envelope) != EnvelopeError.None || envelope.Kind != MessageKind.Request)
            return new EmptyReply(ReplyKind.Accepted);
        var ids = new SharedIds(NextId(), message.Span, envelope);
        try
        {
            var reply = await link.PostAsync(ids.Outgoing(message.Span, envelope), isOurs: false, cancellationToken);
            return reply.Kind is ReplyKind.Json or ReplyKind.Events ? new ModernStdioReply(reply, ids, GiveUp) : reply;
        }
        catch (OperationCanceledException)
        {
            GiveUp(ids);
            throw;
        }
    }

    public override ValueTask<UpstreamReply> OpenStreamAsync(
        string? lastEventId, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) =>
        new(new FaultReply(HttpFaults.Protocol("The upstream speaks 2026-07-28, which has no stream outside a request.")));

    public override async ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken)
    {
        await using var reply = await PostAsync(Discover.Request, [], cancellationToken);
        return link.IsGone ? ReplyKind.SessionGone : reply.Kind;
    }

    public override ValueTask CloseAsync(CancellationToken cancellationToken) => link.CloseAsync(cancellationToken);

    private byte[] NextId() =>
        Encoding.ASCII.GetBytes($"\"{_prefix}{Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture)}\"");

    /// <summary>Nobody waits for the answer any more. Goes out after the request, whose line is written whole in any case.</summary>
    private void GiveUp(SharedIds ids)
    {
        var cancel = new ArrayBufferWriter<byte>(160);
        cancel.Write("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"""u8);
        cancel.Write(ids.Id.Span);
        cancel.Write("}}"u8);
        _ = link.PostAsync(cancel.WrittenMemory, isOurs: true, CancellationToken.None).AsTask();
    }
}
