using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Eras;

/// <summary>A legacy client's request as a modern server reads it: with the metadata the client gave in its handshake (protocol.md section 3).</summary>
public static class LegacyRequest
{
    /// <summary>Writes the request.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">The client's request.</param>
    /// <param name="envelope">Its parts.</param>
    /// <param name="id">The id to send, raw.</param>
    /// <param name="meta">What the client says of itself with each request: see <see cref="Meta"/>.</param>
    /// <param name="logLevel">The raw level it asked for; empty for none.</param>
    /// <param name="more">Raw members of params to add: what a repeated request carries. Empty for none.</param>
    public static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> message,
        in Envelope envelope,
        ReadOnlySpan<byte> id,
        ReadOnlySpan<byte> meta,
        ReadOnlySpan<byte> logLevel,
        ReadOnlySpan<byte> more)
    {
        var parameters = new ArrayBufferWriter<byte>(envelope.Params.Length + 256);
        WriteParams(parameters, envelope.Params.Exists ? envelope.Params.Of(message) : "{}"u8, meta, logLevel, more);
        if (envelope.Params.Exists)
        {
            MessageSplice.Write(output, message, envelope.Id, id, envelope.Params, parameters.WrittenSpan);
            return;
        }

        var end = message.LastIndexOf((byte)'}');
        MessageSplice.Write(output, message[..end], envelope.Id, id);
        output.Write(",\"params\":"u8);
        output.Write(parameters.WrittenSpan);
        output.Write("}"u8);
    }

    /// <summary>The <c>_meta</c> every request must carry, and should: who sends it.</summary>
    /// <param name="capabilities">What the client declared, raw.</param>
    /// <param name="clientInfo">What it called itself, raw; empty where nobody knows.</param>
    /// <returns>A raw object.</returns>
    public static ReadOnlyMemory<byte> Meta(ReadOnlySpan<byte> capabilities, ReadOnlySpan<byte> clientInfo)
    {
        var output = new ArrayBufferWriter<byte>(capabilities.Length + clientInfo.Length + 160);
        output.Write("{\""u8);
        output.Write(MetaKeys.ProtocolVersion);
        output.Write("\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(ProtocolVersions.NewestModern));
        output.Write("\""u8);
        if (!clientInfo.IsEmpty)
        {
            output.Write(",\""u8);
            output.Write(MetaKeys.ClientInfo);
            output.Write("\":"u8);
            output.Write(clientInfo);
        }

        output.Write(",\""u8);
        output.Write(MetaKeys.ClientCapabilities);
        output.Write("\":"u8);
        output.Write(capabilities);
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    private static void WriteParams(
        ArrayBufferWriter<byte> output, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> logLevel, ReadOnlySpan<byte> more)
    {
        output.Write("{\"_meta\":"u8);
        output.Write(meta[..^1]);
        if (!logLevel.IsEmpty)
        {
            output.Write(",\""u8);
            output.Write(MetaKeys.LogLevel);
            output.Write("\":"u8);
            output.Write(logLevel);
        }

        WriteMembers(output, JsonMembers.Find(parameters, "_meta"u8), default);
        output.Write("}"u8);
        WriteMembers(output, parameters, "_meta"u8);
        if (!more.IsEmpty)
        {
            output.Write(","u8);
            output.Write(more);
        }

        output.Write("}"u8);
    }

    private static void WriteMembers(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> json, ReadOnlySpan<byte> except)
    {
        if (json.IsEmpty)
            return;
        for (var members = new JsonMembers(json); members.Next();)
        {
            if (!except.IsEmpty && members.Is(except))
                continue;
            output.Write(","u8);
            output.Write(members.RawName);
            output.Write(":"u8);
            output.Write(members.Value);
        }
    }
}
