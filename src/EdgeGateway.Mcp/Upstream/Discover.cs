using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The question that tells a server's era, and what its answer says (2026-07-28, Discovery; protocol.md section 3).</summary>
internal static class Discover
{
    private static readonly string Version = typeof(Discover).Assembly.GetName().Version!.ToString(3);

    /// <summary>The inside of the request's id.</summary>
    public static ReadOnlyMemory<byte> Id { get; } = "egw-discover"u8.ToArray();

    /// <summary>Headers every modern request carries beside its version.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = [new("Mcp-Method", "server/discover")];

    /// <summary><c>server/discover</c>, whole.</summary>
    public static ReadOnlyMemory<byte> Request { get; } = Encoding.UTF8.GetBytes(
        """{"jsonrpc":"2.0","id":"egw-discover","method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"VERSION","io.modelcontextprotocol/clientInfo":{"name":"edge-gateway","version":"RELEASE"},"io.modelcontextprotocol/clientCapabilities":{}}}}"""
            .Replace("VERSION", ProtocolVersions.NewestModern, StringComparison.Ordinal)
            .Replace("RELEASE", Version, StringComparison.Ordinal));

    /// <summary>What the answer says the server speaks. Unknown: it said nothing about that, so it is to be asked again.</summary>
    public static EraSet Judge(Answer? answer, int status)
    {
        if (answer is not { } given)
            return status is 401 or 403 or >= 500 ? EraSet.Unknown : EraSet.Legacy;
        var message = given.Message.Span;
        if (given.Envelope.Result.Exists)
            return JsonMembers.Find(given.Envelope.Result.Of(message), "supportedVersions"u8) is { IsEmpty: false } versions ? Of(versions) : EraSet.Legacy;
        var error = given.Envelope.Error.Of(message);
        var code = JsonMembers.Find(error, "code"u8);
        return code.SequenceEqual("-32022"u8) ? Of(JsonMembers.Find(JsonMembers.Find(error, "data"u8), "supported"u8))
            : code.SequenceEqual("-32020"u8) || code.SequenceEqual("-32021"u8) ? EraSet.Modern
            : EraSet.Legacy;
    }

    /// <summary>What an array of versions comes to.</summary>
    private static EraSet Of(ReadOnlySpan<byte> versions)
    {
        var text = Encoding.UTF8.GetString(versions);
        return (ProtocolVersions.Modern.Any(version => text.Contains($"\"{version}\"", StringComparison.Ordinal)) ? EraSet.Modern : default)
            | (ProtocolVersions.LegacyHandshakes.Any(version => text.Contains($"\"{version}\"", StringComparison.Ordinal)) ? EraSet.Legacy : default);
    }

    /// <summary>What initialize would have told a legacy client: the same, in the words of its revision.</summary>
    /// <param name="result">The raw result of server/discover.</param>
    public static ReadOnlyMemory<byte> ToInitializeResult(ReadOnlySpan<byte> result)
    {
        var output = new ArrayBufferWriter<byte>(result.Length + 128);
        output.Write("{\"protocolVersion\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(ProtocolVersions.NewestLegacy));
        output.Write("\",\"capabilities\":"u8);
        output.Write(JsonMembers.Find(result, "capabilities"u8) is { IsEmpty: false } capabilities ? capabilities : "{}"u8);
        output.Write(",\"serverInfo\":"u8);
        var info = JsonMembers.Find(JsonMembers.Find(result, "_meta"u8), MetaKeys.ServerInfo);
        output.Write(info.IsEmpty ? "{\"name\":\"unnamed\",\"version\":\"0\"}"u8 : info);
        if (JsonMembers.Find(result, "instructions"u8) is { IsEmpty: false } instructions)
        {
            output.Write(",\"instructions\":"u8);
            output.Write(instructions);
        }

        output.Write("}"u8);
        return output.WrittenMemory;
    }
}
