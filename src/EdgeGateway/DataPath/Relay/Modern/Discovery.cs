using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>server/discover for a legacy upstream: what its handshake said, in the words of 2026-07-28.</summary>
internal static class Discovery
{
    public static Task AnswerAsync(Exchange x, UpstreamSession session) => x.AnswerResult(Result(session.InitializeResult.Span));

    private static ReadOnlyMemory<byte> Result(ReadOnlySpan<byte> initialize)
    {
        var output = new ArrayBufferWriter<byte>(initialize.Length + 256);
        output.Write("{\"resultType\":\"complete\",\"supportedVersions\":[\""u8);
        output.Write(Encoding.ASCII.GetBytes(string.Join("\",\"", ProtocolVersions.All)));
        output.Write("\"],\"capabilities\":"u8);
        output.Write(JsonMembers.Find(initialize, "capabilities"u8) is { IsEmpty: false } capabilities ? capabilities : "{}"u8);
        if (JsonMembers.Find(initialize, "instructions"u8) is { IsEmpty: false } instructions)
        {
            output.Write(",\"instructions\":"u8);
            output.Write(instructions);
        }

        if (JsonMembers.Find(initialize, "serverInfo"u8) is { IsEmpty: false } info)
        {
            output.Write(",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"u8);
            output.Write(info);
            output.Write("}"u8);
        }

        output.Write(",\"ttlMs\":0,\"cacheScope\":\"private\"}"u8);
        return output.WrittenMemory;
    }

    /// <summary>What the server offers, raw.</summary>
    public static ReadOnlyMemory<byte> CapabilitiesOf(UpstreamSession session) =>
        JsonMembers.Locate(session.InitializeResult.Span, "capabilities"u8) is { Exists: true } found ? found.Of(session.InitializeResult) : default;
}
