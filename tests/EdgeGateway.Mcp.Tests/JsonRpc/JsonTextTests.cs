using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("\"\"", "")]
    [InlineData("\"2025-06-18\"", "2025-06-18")]
    [InlineData("\"é😀\"", "é😀")]
    [InlineData("""
        "\"\\\/\b\f\n\r\t\u0041\u00e9é\ud83d\ude00"
        """, "\"\\/\b\f\n\r\tAéé😀")]
    public void A_raw_string_is_read_as_its_text(string raw, string text) => Assert.Equal(text, JsonText.Decode(Encoding.UTF8.GetBytes(raw)));

    [Fact]
    public void An_escaped_lone_surrogate_stays_one() => Assert.Equal("\uD800x", JsonText.Decode("""
        "\uD800x"
        """u8));

    [Theory]
    [InlineData("id", "id", true)]
    [InlineData("\\u0069\\u0064", "id", true)]
    [InlineData("\\/", "/", true)]
    [InlineData("\\n", "n", false)]
    [InlineData("i", "id", false)]
    [InlineData("idd", "id", false)]
    [InlineData("\\ud800", "id", false)]
    [InlineData("\\u0169d", "id", false)]
    [InlineData("", "", true)]
    public void Spelling_does_not_matter_for_equality(string inner, string text, bool equal) =>
        Assert.Equal(equal, JsonText.Equals(Encoding.UTF8.GetBytes(inner), Encoding.UTF8.GetBytes(text)));
}
