using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Eras;

/// <summary>What a modern request says of itself and of the round before it (2026-07-28, basic "_meta" and Multi Round-Trip Requests).</summary>
public readonly struct ModernParams
{
    /// <summary><c>_meta["io.modelcontextprotocol/clientCapabilities"]</c>, a raw object; empty when it is missing or none.</summary>
    public ReadOnlyMemory<byte> ClientCapabilities { get; private init; }

    /// <summary><c>_meta["io.modelcontextprotocol/logLevel"]</c>, a raw string; empty when no log messages are asked for.</summary>
    public ReadOnlyMemory<byte> LogLevel { get; private init; }

    /// <summary><c>inputResponses</c>, a raw object; empty when there is none.</summary>
    public ReadOnlyMemory<byte> InputResponses { get; private init; }

    /// <summary><c>requestState</c>, a raw string; empty when there is none.</summary>
    public ReadOnlyMemory<byte> RequestState { get; private init; }

    /// <summary>Reads the params of a request.</summary>
    /// <param name="raw">The raw params, valid JSON; empty when the request has none.</param>
    public static ModernParams Read(ReadOnlyMemory<byte> raw)
    {
        if (raw.IsEmpty)
            return default;
        var meta = Part(raw, "_meta"u8, '{');
        return new ModernParams
        {
            ClientCapabilities = meta.IsEmpty ? default : Part(meta, MetaKeys.ClientCapabilities, '{'),
            LogLevel = meta.IsEmpty ? default : Part(meta, MetaKeys.LogLevel, '"'),
            InputResponses = Part(raw, "inputResponses"u8, '{'),
            RequestState = Part(raw, "requestState"u8, '"'),
        };
    }

    private static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name, char opening) =>
        JsonMembers.Locate(json.Span, name) is { Exists: true } found && json.Span[found.Start] == opening ? found.Of(json) : default;
}
