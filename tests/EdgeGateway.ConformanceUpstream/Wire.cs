using System.Text.Json;
using ModelContextProtocol;

namespace EdgeGateway.ConformanceUpstream;

/// <summary>The SDK's types from the JSON the suite's documents show.</summary>
internal static class Wire
{
    /// <summary>One red pixel, and 44 bytes of silence.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    public const string Wav = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, McpJsonUtilities.DefaultOptions)!;

    public static JsonElement Element(string json) => JsonElement.Parse(json);
}
