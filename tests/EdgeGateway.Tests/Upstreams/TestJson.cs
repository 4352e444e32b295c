using System.Text.Json;

namespace EdgeGateway.Tests.Upstreams;

internal static class TestJson
{
    public static Dictionary<string, JsonElement> Object(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.Clone());
    }
}
