using System.Buffers;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Eras;

/// <summary>A modern request as a legacy server reads it: what its revision has no word for is left out, everything else stays as it is.</summary>
public static class ModernToLegacy
{
    /// <summary>Writes the request with another id and progress token.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="message">The client's request.</param>
    /// <param name="envelope">Its parts.</param>
    /// <param name="id">The id to send upstream, raw; it is the progress token too.</param>
    public static void WriteRequest(IBufferWriter<byte> output, ReadOnlySpan<byte> message, in Envelope envelope, ReadOnlySpan<byte> id)
    {
        var parameters = new ArrayBufferWriter<byte>(Math.Max(16, envelope.Params.Length));
        if (envelope.Params.Exists)
            WriteParams(parameters, envelope.Params.Of(message), id);
        MessageSplice.Write(output, message, envelope.Id, id, envelope.Params, parameters.WrittenSpan);
    }

    private static void WriteParams(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> token)
    {
        output.Write("{"u8);
        var separator = ""u8;
        for (var members = new JsonMembers(parameters); members.Next();)
        {
            if (members.Is("inputResponses"u8) || members.Is("requestState"u8))
                continue;
            if (!members.Is("_meta"u8))
                WriteMember(output, ref separator, members.RawName, members.Value);
            else if (HasLegacyPart(members.Value))
            {
                WriteMember(output, ref separator, members.RawName, default);
                WriteMeta(output, members.Value, token);
            }
        }

        output.Write("}"u8);
    }

    private static bool HasLegacyPart(ReadOnlySpan<byte> meta)
    {
        for (var members = new JsonMembers(meta); members.Next();)
        {
            if (!MetaKeys.IsOfModernRequest(members))
                return true;
        }

        return false;
    }

    private static void WriteMeta(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> meta, ReadOnlySpan<byte> token)
    {
        output.Write("{"u8);
        var separator = ""u8;
        for (var members = new JsonMembers(meta); members.Next();)
        {
            if (!MetaKeys.IsOfModernRequest(members))
                WriteMember(output, ref separator, members.RawName, members.Is("progressToken"u8) ? token : members.Value);
        }

        output.Write("}"u8);
    }

    private static void WriteMember(ArrayBufferWriter<byte> output, ref ReadOnlySpan<byte> separator, ReadOnlySpan<byte> rawName, ReadOnlySpan<byte> value)
    {
        output.Write(separator);
        separator = ","u8;
        output.Write(rawName);
        output.Write(":"u8);
        output.Write(value);
    }
}
