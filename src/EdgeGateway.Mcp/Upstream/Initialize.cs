using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The messages of the legacy handshake (specification 2025-11-25, Lifecycle). The same for every transport.</summary>
internal static class Initialize
{
    /// <summary>The inside of the request's id.</summary>
    public static ReadOnlyMemory<byte> Id { get; } = "egw-init"u8.ToArray();

    /// <summary><c>notifications/initialized</c>, whole.</summary>
    public static ReadOnlyMemory<byte> Initialized { get; } = """{"jsonrpc":"2.0","method":"notifications/initialized"}"""u8.ToArray();

    private static readonly string Version = typeof(Initialize).Assembly.GetName().Version!.ToString(3);

    /// <summary>The initialize request.</summary>
    public static ReadOnlyMemory<byte> Request(Handshake handshake)
    {
        var output = new ArrayBufferWriter<byte>(256 + handshake.Capabilities.Length);
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WriteString("id"u8, Id.Span);
        json.WriteString("method"u8, "initialize"u8);
        json.WriteStartObject("params"u8);
        json.WriteString("protocolVersion"u8, handshake.ProtocolVersion);
        json.WritePropertyName("capabilities"u8);
        json.WriteRawValue(handshake.Capabilities);
        json.WriteStartObject("clientInfo"u8);
        json.WriteString("name"u8, "edge-gateway"u8);
        json.WriteString("version"u8, Version);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return output.WrittenMemory;
    }

    /// <summary>Whether a client that declares these wants to be asked things, and so must see to <c>initialized</c> itself.</summary>
    public static bool DeclaresCapabilities(string capabilities)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(capabilities));
        reader.Read();
        return reader.Read() && reader.TokenType != JsonTokenType.EndObject;
    }

    /// <summary>The revision in an initialize result.</summary>
    /// <exception cref="UpstreamException">There is none, none that can stand in a header, or one without a handshake.</exception>
    public static string ReadProtocolVersion(ReadOnlySpan<byte> result)
    {
        var version = Text(JsonMembers.Find(result, "protocolVersion"u8));
        if (version is null || !VisibleText.IsVisible(version))
            throw new UpstreamException(HttpFaults.Protocol("The upstream agreed to no protocolVersion; check that it is an MCP server."));

        // No legacy client knows it: a session that claims it would be of no use to anybody.
        return ProtocolVersions.IsModern(version)
            ? throw new UpstreamException(HttpFaults.Protocol($"The upstream answered initialize with {version}, which has no handshake; set era to modern if it speaks that."))
            : version;
    }

    /// <summary>For a JSON-RPC error instead of a result.</summary>
    public static UpstreamFault Refusal(ReadOnlySpan<byte> error)
    {
        var code = Encoding.UTF8.GetString(JsonMembers.Find(error, "code"u8));
        var message = Text(JsonMembers.Find(error, "message"u8)) ?? "no message";
        return HttpFaults.Protocol(
            $"The upstream refused to initialize: JSON-RPC error {VisibleText.Quote(code)}, {VisibleText.Quote(message)}");
    }

    private static string? Text(ReadOnlySpan<byte> raw) => raw.StartsWith("\""u8) ? JsonText.Decode(raw) : null;
}
