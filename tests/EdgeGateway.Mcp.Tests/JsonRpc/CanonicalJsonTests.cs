using System.Text;
using System.Text.Json;
using CsCheck;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData(" { } ", "{}")]
    [InlineData("""{"b":1,"a":{"d":[],"c":null}}""", """{"a":{"c":null,"d":[]},"b":1}""")]
    [InlineData("""{ "a" : [ 3 , {"z":1,"y":2} , "x" ] }""", """{"a":[3,{"y":2,"z":1},"x"]}""")]
    [InlineData("""{"\u0061":"\u00e9\/\n"}""", """{"a":"é/\u000a"}""")]
    [InlineData("""{"é":"😀"}""", """{"é":"😀"}""")]
    [InlineData("""{"a":"\ud83d\ude00"}""", """{"a":"😀"}""")]
    [InlineData("""{"a":"\uD800"}""", """{"a":"\ud800"}""")]
    [InlineData("""{"a":1e400,"A":1.0}""", """{"A":1.0,"a":1e400}""")]
    [InlineData("""{"a":2,"a":1}""", """{"a":2,"a":1}""")]
    public void Equal_JSON_has_one_spelling(string json, string canonical) => Assert.Equal(canonical, CanonicalJson.Of(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void The_canonical_text_means_the_same_and_is_its_own_canonical_text() => Gen.Int.Sample(
        seed =>
        {
            var json = new RandomMessage(seed).Response();
            var canonical = CanonicalJson.Of(json);

            using var before = JsonDocument.Parse(json);
            using var after = JsonDocument.Parse(canonical);
            Assert.True(JsonElement.DeepEquals(before.RootElement, after.RootElement), $"seed {seed}: {canonical}");
            Assert.Equal(canonical, CanonicalJson.Of(Encoding.UTF8.GetBytes(canonical)));
        },
        iter: 20_000);

    [Fact]
    public void Different_JSON_has_different_spellings() =>
        Assert.Equal(4, new[] { """{"a":1}""", """{"a":"1"}""", """{"a":[1]}""", """{"a":{"1":1}}""" }.Select(json => CanonicalJson.Of(Encoding.UTF8.GetBytes(json))).Distinct().Count());
}
