using System.Text.Json;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>A POST's body, read: its messages (none when it is not JSON-RPC) and the record of it.</summary>
internal sealed record PostedRequest(RecordedRequest Record, IReadOnlyList<IncomingMessage> Messages, bool IsBatch)
{
    public static PostedRequest Read(HttpRequest request, byte[] body)
    {
        var json = Parse(body);
        var isBatch = json?.ValueKind == JsonValueKind.Array;
        IncomingMessage?[] messages = json is not { } element ? []
            : isBatch ? [.. element.EnumerateArray().Select(IncomingMessage.From)]
            : [IncomingMessage.From(element)];
        if (messages.Length == 0 || messages.Contains(null))
        {
            return new PostedRequest(RecordOf(request, "malformed", null, body), [], isBatch);
        }

        var first = messages[0]!;
        var record = RecordOf(request, isBatch ? "batch" : first.Label, isBatch ? null : first.RawId, body);
        return new PostedRequest(record, messages!, isBatch);
    }

    public static RecordedRequest RecordOf(HttpRequest request, string label, string? rawId, ReadOnlyMemory<byte> body) =>
        new(
            request.Method,
            label,
            request.Headers["Mcp-Session-Id"] is [{ } id, ..] ? id : null,
            rawId,
            request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString(), StringComparer.Ordinal),
            body);

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
