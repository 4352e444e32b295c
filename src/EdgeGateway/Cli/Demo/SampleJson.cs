using System.Text.Json;

namespace EdgeGateway.Cli.Demo;

/// <summary>Members that may be missing or of another kind.</summary>
internal static class SampleJson
{
    public static JsonElement Member(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
