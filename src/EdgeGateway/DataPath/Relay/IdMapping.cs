using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// How one request's id and progress token differ between client and upstream. The same value serves as both upstream:
/// an id and a token live in different members, so they cannot be mistaken for each other.
/// </summary>
internal sealed class IdMapping
{
    private readonly byte[] _clientId;
    private readonly byte[] _clientToken;

    private IdMapping(byte[] clientId, byte[] clientToken)
    {
        _clientId = clientId;
        _clientToken = clientToken;
    }

    /// <summary>Raw JSON, as sent upstream.</summary>
    public ReadOnlyMemory<byte> UpstreamId { get; } = GatewayId.Next();

    /// <summary>Raw JSON, as the client sent it: its own form and spelling.</summary>
    public ReadOnlyMemory<byte> ClientId => _clientId;

    /// <summary>Raw JSON; empty when the client asked for no progress.</summary>
    public ReadOnlyMemory<byte> ClientToken => _clientToken;

    /// <summary>The request as it goes upstream, and the way back.</summary>
    public static (IdMapping Mapping, ReadOnlyMemory<byte> Message) Rewrite(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        var mapping = new IdMapping(envelope.Id.Of(message).ToArray(), envelope.ProgressToken.Of(message).ToArray());
        var output = new System.Buffers.ArrayBufferWriter<byte>(message.Length + (2 * mapping.UpstreamId.Length));
        MessageSplice.Write(output, message.Span, envelope.Id, mapping.UpstreamId.Span, envelope.ProgressToken, mapping.UpstreamId.Span);
        return (mapping, output.WrittenMemory);
    }

    public bool IsOurs(ReadOnlySpan<byte> idOrToken) => idOrToken.SequenceEqual(UpstreamId.Span);
}
