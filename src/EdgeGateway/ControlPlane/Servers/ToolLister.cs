using System.Buffers;
using System.Text.Json;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Reads <c>tools/list</c>, page by page.</summary>
internal static class ToolLister
{
    /// <summary>A server that lists more pages than this goes in circles.</summary>
    private const int MaxPages = 100;

    /// <summary>Far above any list seen; keeps a broken upstream from filling the memory.</summary>
    private const int MaxAnswer = 8 * 1024 * 1024;

    private const string Id = "egw-inspection";

    private static readonly IReadOnlyList<KeyValuePair<string, string>> ModernHeaders = [new("Mcp-Method", "tools/list")];

    /// <param name="session">The upstream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="meta">What a client says of itself in a request of its era, a raw object; empty for one without sessions that can do nothing.</param>
    /// <param name="headers">Of the client's own.</param>
    /// <exception cref="InspectionException">There is no list.</exception>
    public static async Task<IReadOnlyList<JsonElement>> AllAsync(
        UpstreamSession session, CancellationToken cancellationToken, ReadOnlyMemory<byte> meta = default, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        var tools = new List<JsonElement>();
        string? cursor = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var result = await PageAsync(session, cursor, cancellationToken, meta, headers);
            tools.AddRange(result.GetProperty("tools").EnumerateArray());
            cursor = result.TryGetProperty("nextCursor", out var next) && next.ValueKind == JsonValueKind.String ? next.GetString() : null;
            if (cursor is null)
            {
                return tools;
            }
        }

        throw new InspectionException($"upstream_protocol: tools/list did not end after {MaxPages} pages");
    }

    /// <summary>One page: an object with an array <c>tools</c>.</summary>
    public static async Task<JsonElement> PageAsync(
        UpstreamSession session, string? cursor, CancellationToken cancellationToken, ReadOnlyMemory<byte> meta = default, IReadOnlyList<KeyValuePair<string, string>>? headers = null)
    {
        await using var reply = await session.PostAsync(Request(cursor, session.IsModern, meta), [.. headers ?? [], .. session.IsModern ? ModernHeaders : []], cancellationToken);
        var answer = reply.Kind switch
        {
            ReplyKind.Json => await FromBodyAsync(reply.Body, cancellationToken),
            ReplyKind.Events => await FromEventsAsync(reply, cancellationToken),
            ReplyKind.HttpError => throw new InspectionException($"upstream_protocol: tools/list was answered with HTTP {reply.Status}"),
            ReplyKind.Fault when reply.Fault is { } fault => throw new InspectionException($"{fault.Reason}: {fault.Message}"),
            _ => throw new InspectionException("upstream_protocol: tools/list got no answer"),
        };
        if (answer.TryGetProperty("result", out var result)
            && result.ValueKind == JsonValueKind.Object
            && result.TryGetProperty("tools", out var tools)
            && tools.ValueKind == JsonValueKind.Array)
        {
            return result;
        }

        var code = answer.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var number)
            ? $"error {number}" : "something that is not a list";
        throw new InspectionException($"upstream_protocol: tools/list was answered with {code}");
    }

    private static byte[] Request(string? cursor, bool isModern, ReadOnlyMemory<byte> meta)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc"u8, "2.0"u8);
            json.WriteString("id"u8, Id);
            json.WriteString("method"u8, "tools/list"u8);
            if (cursor is not null || isModern)
            {
                json.WriteStartObject("params"u8);
                WriteParams(json, cursor, isModern, meta.Span);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteParams(Utf8JsonWriter json, string? cursor, bool isModern, ReadOnlySpan<byte> meta)
    {
        if (cursor is not null)
        {
            json.WriteString("cursor"u8, cursor);
        }

        if (isModern)
        {
            json.WritePropertyName("_meta"u8);
            json.WriteRawValue(meta.IsEmpty ? LegacyRequest.Meta("{}"u8, default).Span : meta, skipInputValidation: true);
        }
    }

    private static async Task<JsonElement> FromBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        int read;
        while ((read = await body.ReadAsync(buffer.GetMemory(4096), cancellationToken)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxAnswer)
            {
                throw new InspectionException($"upstream_protocol: the answer to tools/list is longer than {MaxAnswer} bytes");
            }
        }

        return Parse(buffer.WrittenMemory) ?? throw new InspectionException("upstream_protocol: the answer to tools/list is not JSON-RPC");
    }

    private static async Task<JsonElement> FromEventsAsync(UpstreamReply reply, CancellationToken cancellationToken)
    {
        await foreach (var frame in reply.ReadEventsAsync(cancellationToken))
        {
            // Other messages may come first: notifications, requests to a client that is not there.
            if (Parse(frame.Data) is { } message
                && message.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.ValueEquals(Id)
                && !message.TryGetProperty("method", out _))
            {
                return message;
            }
        }

        throw new InspectionException("upstream_protocol: the stream ended without the answer to tools/list");
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var root = JsonElement.Parse(utf8.Span);
            return root.ValueKind == JsonValueKind.Object ? root : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
