using System.Text.Json;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>One tools/call being run.</summary>
internal sealed record ToolCall(
    TestUpstream Upstream,
    Session? OptionalSession,
    EventStream? OptionalStream,
    IncomingMessage Message,
    IReadOnlyDictionary<string, string> Headers,
    CancellationToken Cancelled)
{
    public Session Session => OptionalSession ?? throw new McpErrorException(Wire.InternalError, "this tool needs a session");

    public EventStream Stream => OptionalStream ?? throw new McpErrorException(Wire.InternalError, "this tool needs an SSE answer");

    public string Text(string name, string otherwise = "") =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : otherwise;

    public int Number(string name, int otherwise) =>
        TryGet(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : otherwise;

    public bool Flag(string name) => TryGet(name, out var value) && value.ValueKind == JsonValueKind.True;

    private bool TryGet(string name, out JsonElement value)
    {
        value = default;
        return Message.Params.TryGetProperty("arguments", out var arguments)
            && arguments.ValueKind == JsonValueKind.Object
            && arguments.TryGetProperty(name, out value);
    }
}
