using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// How one request's id and progress token differ between client and upstream. The same value serves as both upstream:
/// an id and a token live in different members, so they cannot be mistaken for each other.
/// </summary>
internal sealed class IdMapping
{
    private IdMapping(ReadOnlyMemory<byte> clientId, ReadOnlyMemory<byte> clientToken) => (ClientId, ClientToken) = (clientId, clientToken);

    /// <summary>Raw JSON, as sent upstream.</summary>
    public ReadOnlyMemory<byte> UpstreamId { get; } = GatewayId.Next();

    /// <summary>Raw JSON, as the client sent it: its own form and spelling. A part of its message, so of use as long as that.</summary>
    public ReadOnlyMemory<byte> ClientId { get; }

    /// <summary>Raw JSON; empty when the client asked for no progress. A part of its message too.</summary>
    public ReadOnlyMemory<byte> ClientToken { get; }

    /// <summary>The request as it goes upstream, and the way back.</summary>
    public static (IdMapping Mapping, ReadOnlyMemory<byte> Message) Rewrite(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        var mapping = new IdMapping(envelope.Id.Of(message), envelope.ProgressToken.Of(message));
        return (mapping, MessageSplice.Replace(message.Span, envelope.Id, envelope.ProgressToken, mapping.UpstreamId.Span));
    }

    public bool IsOurs(ReadOnlySpan<byte> idOrToken) => idOrToken.SequenceEqual(UpstreamId.Span);
}
