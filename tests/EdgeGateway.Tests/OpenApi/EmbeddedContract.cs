using System.Text.Json.Nodes;

namespace EdgeGateway.Tests.OpenApi;

/// <summary>The document as the program carries it.</summary>
internal static class EmbeddedContract
{
    public static OpenApiContract Load()
    {
        using var resource = typeof(GatewayHost).Assembly.GetManifestResourceStream("openapi.json")!;
        return new OpenApiContract((JsonObject)JsonNode.Parse(resource)!);
    }
}
