using System.Buffers;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// How one request's id and progress token differ between its client and a process that serves others too. One value stands for
/// both, and for the subscription that a request opens. All values are raw JSON; the client's keep their form and spelling.
/// </summary>
internal sealed class SharedIds(ReadOnlyMemory<byte> id, ReadOnlySpan<byte> message, in Envelope envelope)
{
    private readonly byte[] _clientId = envelope.Id.Of(message).ToArray();
    private readonly byte[] _clientToken = envelope.ProgressToken.Exists ? envelope.ProgressToken.Of(message).ToArray() : [];

    /// <summary>What the process knows the request by.</summary>
    public ReadOnlyMemory<byte> Id { get; } = id;

    /// <summary>The request as the process gets it.</summary>
    public ReadOnlyMemory<byte> Outgoing(ReadOnlySpan<byte> request, in Envelope parts) => Splice(request, parts.Id, Id.Span, parts.ProgressToken, Id.Span);

    /// <summary>A message for this request as its client gets it.</summary>
    /// <param name="line">Its answer, its progress, or what its subscription tells.</param>
    /// <param name="parts">Of the line.</param>
    public ReadOnlyMemory<byte> Incoming(ReadOnlySpan<byte> line, in Envelope parts) => parts.Kind == MessageKind.Response
        ? Splice(line, parts.Id, _clientId, Subscription(line, parts.Result), _clientId)
        : Splice(line, parts.ProgressToken, _clientToken, Subscription(line, parts.Params), _clientId);

    /// <summary><c>_meta["io.modelcontextprotocol/subscriptionId"]</c> of a result or of params, where it is this request's.</summary>
    private Slice Subscription(ReadOnlySpan<byte> line, Slice part)
    {
        if (!part.Exists || JsonMembers.Locate(part.Of(line), "_meta"u8) is not { Exists: true } meta)
            return default;
        var start = part.Start + meta.Start;
        var found = JsonMembers.Locate(line.Slice(start, meta.Length), MetaKeys.SubscriptionId);
        var subscription = found with { Start = start + found.Start };
        return found.Exists && MessageId.Canonical(subscription.Of(line)) == MessageId.Canonical(Id.Span) ? subscription : default;
    }

    private static ReadOnlyMemory<byte> Splice(ReadOnlySpan<byte> message, Slice first, ReadOnlySpan<byte> firstValue, Slice second, ReadOnlySpan<byte> secondValue)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + firstValue.Length + secondValue.Length);
        MessageSplice.Write(output, message, first, firstValue, second, secondValue);
        return output.WrittenMemory;
    }
}
