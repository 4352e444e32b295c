using System.Text.Json.Nodes;
using EdgeGateway.Embedded;

namespace EdgeGateway.Tests.OpenApi;

/// <summary>The document as the program carries it.</summary>
internal static class EmbeddedContract
{
    public static OpenApiContract Load() => new((JsonObject)JsonNode.Parse(EmbeddedFile.Plain("openapi.json"))!);
}
