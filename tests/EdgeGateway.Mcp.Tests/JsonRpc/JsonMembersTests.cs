using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

/// <summary>Members are found in objects; what is none has none.</summary>
public sealed class JsonMembersTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[{\"a\":1}]")]
    [InlineData("\"a\"")]
    [InlineData("{}")]
    public void What_is_no_object_has_no_members(string json)
    {
        var members = new JsonMembers(Encoding.UTF8.GetBytes(json));

        Assert.False(members.Next());
        Assert.False(members.Next());
    }

    [Theory]
    [InlineData("""{"a":{"b":2},"b":1}""", "1")]
    [InlineData("""{ "\u0062" : [ 1, 2 ] }""", "[ 1, 2 ]")]
    [InlineData("""{"B":1}""", "")]
    public void A_member_is_found_by_its_name_however_it_is_written(string json, string value) =>
        Assert.Equal(value, Encoding.UTF8.GetString(JsonMembers.Find(Encoding.UTF8.GetBytes(json), "b"u8)));
}
