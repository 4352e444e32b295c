using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.OpenApi;

public sealed class SchemaValidatorTests
{
    private const string Schema = """
        {
          "type": "object",
          "required": ["name", "at"],
          "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": 5 },
            "at": { "type": "string", "format": "date-time" },
            "kind": { "type": ["string", "null"], "enum": ["a", "b", null] },
            "size": { "type": "integer", "minimum": 1, "maximum": 9 },
            "rate": { "type": "number" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "next": { "anyOf": [{ "$ref": "#/node" }, { "type": "null" }] },
            "env": { "type": "object", "additionalProperties": { "type": "null" } },
            "open": { "type": "object" },
            "odd": { "type": "string", "pattern": "x" }
          },
          "additionalProperties": false
        }
        """;

    private static readonly JsonObject Document = (JsonObject)JsonNode.Parse($$"""{"node": {{Schema}} }""")!;

    [Theory]
    [InlineData("")]
    [InlineData(""", "kind": "a", "size": 9, "rate": 0.5, "tags": [], "env": {"X": null}""")]
    [InlineData(""", "kind": null, "size": 1, "rate": 3, "tags": ["x"], "next": null""")]
    [InlineData(""", "next": {"name": "y", "at": "2026-11-27T09:00:00.5Z", "next": null}""")]
    public void What_is_as_described_passes(string more) => Assert.Empty(Validate(more));

    [Theory]
    [InlineData(""", "surprise": 1""", "/surprise")]
    [InlineData(""", "kind": "c" """, "/kind")]
    [InlineData(""", "kind": 1""", "/kind")]
    [InlineData(""", "size": 0""", "/size")]
    [InlineData(""", "size": 10""", "/size")]
    [InlineData(""", "size": 1.5""", "/size")]
    [InlineData(""", "size": null""", "/size")]
    [InlineData(""", "rate": "1" """, "/rate")]
    [InlineData(""", "tags": ["x", 1]""", "/tags/1")]
    [InlineData(""", "tags": {}""", "/tags")]
    [InlineData(""", "next": {"name": "y"}""", "/next")]
    [InlineData(""", "next": {"name": "y", "at": "2026-11-27T09:00:00Z", "surprise": 1}""", "/next")]
    [InlineData(""", "env": {"X": "secret"}""", "/env/X")]
    [InlineData(""", "open": {}""", "/open")]
    [InlineData(""", "odd": "x" """, "/odd")]
    public void What_is_not_is_pointed_at(string more, string place) => Assert.StartsWith(place + ":", Assert.Single(Validate(more)));

    [Theory]
    [InlineData("""{"at": "2026-11-27T09:00:00Z"}""", "/name")]
    [InlineData("""{"name": "", "at": "2026-11-27T09:00:00Z"}""", "/name")]
    [InlineData("""{"name": "123456", "at": "2026-11-27T09:00:00Z"}""", "/name")]
    [InlineData("""{"name": "x", "at": "2026-11-27T09:00:00+01:00"}""", "/at")]
    [InlineData("""{"name": "x", "at": "today Z"}""", "/at")]
    [InlineData("[]", "")]
    [InlineData("null", "")]
    public void Nor_does_what_lacks_something_pass(string value, string place) =>
        Assert.StartsWith(place + ":", Assert.Single(new SchemaValidator(Document).Validate(JsonNode.Parse(value), (JsonObject)Document["node"]!)));

    private static IReadOnlyList<string> Validate(string more) => new SchemaValidator(Document).Validate(
        JsonNode.Parse($$"""{"name": "x", "at": "2026-11-27T09:00:00Z"{{more}}}"""), (JsonObject)Document["node"]!);
}
