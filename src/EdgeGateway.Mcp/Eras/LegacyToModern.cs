using System.Buffers;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Eras;

/// <summary>A legacy server's answer as a modern client reads it (protocol.md section 4). What is there already stays as it is.</summary>
public static class LegacyToModern
{
    private const string ResourceNotFound = "-32002";

    /// <summary>Writes a response for another id.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">The server's response, whole.</param>
    /// <param name="envelope">Its parts.</param>
    /// <param name="id">The client's id, raw.</param>
    /// <param name="isCacheable">Whether results of this method must say how long they are good for.</param>
    /// <param name="serverInfo">Who answers, raw; empty when it did not say.</param>
    public static void WriteResponse(
        IBufferWriter<byte> output, ReadOnlySpan<byte> message, in Envelope envelope, ReadOnlySpan<byte> id, bool isCacheable, ReadOnlySpan<byte> serverInfo)
    {
        var part = new ArrayBufferWriter<byte>(256);
        if (envelope.Error.Exists)
        {
            WriteError(part, envelope.Error.Of(message));
            MessageSplice.Write(output, message, envelope.Id, id, envelope.Error, part.WrittenSpan);
            return;
        }

        WriteResult(part, envelope.Result.Of(message), isCacheable, serverInfo);
        MessageSplice.Write(output, message, envelope.Id, id, envelope.Result, part.WrittenSpan);
    }

    /// <summary>The HTTP status a JSON-RPC error goes with (2026-07-28, Streamable HTTP): 404 for a method nobody has, 400 for what was wrong with the request.</summary>
    /// <param name="error">The raw error.</param>
    public static int StatusOf(ReadOnlySpan<byte> error)
    {
        var code = JsonMembers.Find(error, "code"u8);
        return code.SequenceEqual("-32601"u8) ? 404
            : code.SequenceEqual("-32600"u8) || code.SequenceEqual("-32602"u8) || code.SequenceEqual("-32700"u8)
                || code.SequenceEqual("-32002"u8) || code.StartsWith("-3202"u8) ? 400
            : 200;
    }

    /// <summary>Writes a result with what every modern result must have.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">Raw; anything but an object stays as it is.</param>
    /// <param name="isCacheable">Whether it must say how long it is good for: not at all, the legacy server did not say.</param>
    /// <param name="serverInfo">Who answers, raw; empty when it did not say.</param>
    public static void WriteResult(IBufferWriter<byte> output, ReadOnlySpan<byte> result, bool isCacheable, ReadOnlySpan<byte> serverInfo)
    {
        if (result.IsEmpty || result[0] != '{')
        {
            output.Write(result);
            return;
        }

        var meta = JsonMembers.Locate(result, "_meta"u8);
        var separator = ""u8;
        output.Write("{"u8);
        if (JsonMembers.Find(result, "resultType"u8).IsEmpty)
            Add(output, ref separator, "\"resultType\":\"complete\""u8);
        if (isCacheable && JsonMembers.Find(result, "ttlMs"u8).IsEmpty)
            Add(output, ref separator, "\"ttlMs\":0"u8);
        if (isCacheable && JsonMembers.Find(result, "cacheScope"u8).IsEmpty)
            Add(output, ref separator, "\"cacheScope\":\"private\""u8);
        if (!meta.Exists && !serverInfo.IsEmpty)
        {
            Add(output, ref separator, "\"_meta\":{"u8);
            WriteServerInfo(output, serverInfo);
            output.Write("}"u8);
        }

        WriteMembers(output, separator, result, meta, serverInfo);
    }

    private static void WriteMembers(IBufferWriter<byte> output, ReadOnlySpan<byte> separator, ReadOnlySpan<byte> result, Slice meta, ReadOnlySpan<byte> serverInfo)
    {
        var rest = result[1..];
        output.Write(rest.TrimStart(" \t\r\n"u8).StartsWith("}"u8) ? default : separator);
        if (!meta.Exists || serverInfo.IsEmpty || result[meta.Start] != '{' || !JsonMembers.Find(meta.Of(result), MetaKeys.ServerInfo).IsEmpty)
        {
            output.Write(rest);
            return;
        }

        output.Write(result[1..(meta.Start + 1)]);
        WriteServerInfo(output, serverInfo);
        var inner = result[(meta.Start + 1)..];
        output.Write(inner.TrimStart(" \t\r\n"u8).StartsWith("}"u8) ? default : ","u8);
        output.Write(inner);
    }

    private static void WriteServerInfo(IBufferWriter<byte> output, ReadOnlySpan<byte> serverInfo)
    {
        output.Write("\""u8);
        output.Write(MetaKeys.ServerInfo);
        output.Write("\":"u8);
        output.Write(serverInfo);
    }

    private static void WriteError(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> error)
    {
        var code = JsonMembers.Locate(error, "code"u8);
        var isNotFound = code.Exists && System.Text.Ascii.Equals(code.Of(error), ResourceNotFound);
        MessageSplice.Write(output, error, isNotFound ? code : default, "-32602"u8);
    }

    private static void Add(IBufferWriter<byte> output, ref ReadOnlySpan<byte> separator, ReadOnlySpan<byte> member)
    {
        output.Write(separator);
        output.Write(member);
        separator = ","u8;
    }
}
