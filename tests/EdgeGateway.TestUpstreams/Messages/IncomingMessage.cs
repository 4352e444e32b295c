using System.Text.Json;

namespace EdgeGateway.TestUpstreams.Messages;

/// <summary>A JSON-RPC message as it came: the id keeps its raw form, so that it is answered byte for byte.</summary>
internal sealed record IncomingMessage(string? RawId, string? Method, JsonElement Params, JsonElement Whole)
{
    public bool IsRequest => RawId is not null && Method is not null;

    public bool IsNotification => RawId is null && Method is not null;

    /// <summary>What faults and counters call it.</summary>
    public string Label => Method ?? "response";

    public static IncomingMessage? From(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var id = json.TryGetProperty("id", out var idElement) ? idElement.GetRawText() : null;
        var method = json.TryGetProperty("method", out var methodElement) && methodElement.ValueKind == JsonValueKind.String
            ? methodElement.GetString()
            : null;
        var parameters = json.TryGetProperty("params", out var paramsElement) ? paramsElement : default;
        return id is null && method is null ? null : new IncomingMessage(id, method, parameters, json);
    }

    public string? Text(string name) =>
        Params.ValueKind == JsonValueKind.Object && Params.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>The raw form of <c>params._meta.progressToken</c>, or null.</summary>
    public string? ProgressToken =>
        Params.ValueKind == JsonValueKind.Object
        && Params.TryGetProperty("_meta", out var meta)
        && meta.ValueKind == JsonValueKind.Object
        && meta.TryGetProperty("progressToken", out var token)
            ? token.GetRawText()
            : null;
}
