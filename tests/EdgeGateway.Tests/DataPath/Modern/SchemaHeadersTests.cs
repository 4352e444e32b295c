using System.Text;
using EdgeGateway.DataPath.Relay.Modern.Tools;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>2026-07-28, Streamable HTTP, Schema Extension and Value Encoding, rule by rule.</summary>
public sealed class SchemaHeadersTests
{
    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"object","properties":{"b":{"type":"integer","x-mcp-header":"X-1!"}}},"c":{"x-mcp-header":"c","type":"boolean"}}}""")]
    [InlineData("""{"properties":{"x-mcp-header":{"type":"string"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"object","default":{"x-mcp-header":1},"examples":[{"x-mcp-header":""}]}}}""")]
    [InlineData("""{"type":"object"}""")]
    [InlineData("true")]
    [InlineData("")]
    public void What_keeps_the_rules_is_a_tool_like_any_other(string schema) => Assert.Null(SchemaHeaders.Of(Encoding.UTF8.GetBytes(schema)).Fault);

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":""}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":1}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a b"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a:b"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"a\r\nb"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"é"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x\u002dmcp-header":"é"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"number","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"object","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"array","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"null","x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":["string","null"],"x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"x-mcp-header":"A"}}}""")]
    [InlineData("""{"properties":{"a":{"type":"string","x-mcp-header":"Same"},"b":{"type":"string","x-mcp-header":"sAME"}}}""")]
    [InlineData("""{"type":"string","x-mcp-header":"A"}""")]
    [InlineData("""{"properties":{"a":{"type":"array","items":{"type":"string","x-mcp-header":"A"}}}}""")]
    [InlineData("""{"properties":{"a":{"items":{"properties":{"b":{"type":"string","x-mcp-header":"A"}}}}}}""")]
    [InlineData("""{"anyOf":[{"type":"object"},{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]}""")]
    [InlineData("""{"if":{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}}""")]
    [InlineData("""{"$defs":{"d":{"type":"string","x-mcp-header":"A"}}}""")]
    [InlineData("""{"additionalProperties":{"type":"string","x-mcp-header":"A"}}""")]
    public void What_breaks_one_is_left_out(string schema) => Assert.NotNull(SchemaHeaders.Of(Encoding.UTF8.GetBytes(schema)).Fault);

    [Theory]
    [InlineData("string", "\"eu\"", "eu")]
    [InlineData("string", "\"\"", "=?base64??=")]
    [InlineData("string", "\" padded \"", "=?base64?IHBhZGRlZCA=?=")]
    [InlineData("string", "\"line1\\nline2\"", "=?base64?bGluZTEKbGluZTI=?=")]
    [InlineData("string", "\"Hello, 世界\"", "=?base64?SGVsbG8sIOS4lueVjA==?=")]
    [InlineData("string", "\"=?base64?literal?=\"", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=")]
    [InlineData("string", "1", null)]
    [InlineData("integer", "42", "42")]
    [InlineData("integer", "-7", "-7")]
    [InlineData("integer", "1e2", "100")]
    [InlineData("integer", "9007199254740991", "9007199254740991")]
    [InlineData("integer", "9007199254740992", null)]
    [InlineData("integer", "1.5", null)]
    [InlineData("integer", "\"1\"", null)]
    [InlineData("boolean", "true", "true")]
    [InlineData("boolean", "false", "false")]
    [InlineData("boolean", "null", null)]
    public void A_value_is_written_as_its_type_says(string type, string value, string? header)
    {
        var schema = $$$"""{"properties":{"o":{"type":"object","properties":{"a":{"type":"{{{type}}}","x-mcp-header":"Name"} } } } }""";
        var parameter = Assert.Single(SchemaHeaders.Of(Encoding.UTF8.GetBytes(schema)).Parameters);

        Assert.Equal(header, parameter.Of(Encoding.UTF8.GetBytes($$"""{"b":1,"o":{"a":{{value}} } }"""))?.Value);
        Assert.Equal("Mcp-Param-Name", parameter.Of(Encoding.UTF8.GetBytes($$"""{"o":{"a":{{value}} } }"""))?.Key ?? "Mcp-Param-Name");
        Assert.Null(parameter.Of("""{"o":"a"}"""u8));
        Assert.Null(parameter.Of(default));
    }
}
