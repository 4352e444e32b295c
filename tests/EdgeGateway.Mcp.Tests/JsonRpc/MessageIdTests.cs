using System.Text;
using CsCheck;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

/// <summary>Ids are values, however they are spelled.</summary>
public sealed class MessageIdTests
{
    private static readonly string[] Spellings =
        ["1", "1.0", "10", "\"1\"", "\"1.0\"", "\"a/b\"", "\"a\\/b\"", "\"a\\u002fb\"", "\"\\u0031\"", "\"ä\"", "\"\\u00e4\"", "\"\""];

    private static readonly Gen<string> Raw = Gen.Int[0, Spellings.Length - 1].Select(index => Spellings[index]);

    [Fact]
    public void Two_ids_are_the_same_when_they_have_one_canonical_spelling() => Gen.Select(Raw, Raw).Sample((one, other) =>
        Assert.Equal(MessageId.Canonical(Bytes(one)) == MessageId.Canonical(Bytes(other)), MessageId.Same(Bytes(one), Bytes(other))));

    [Fact]
    public void Comparing_ids_that_can_be_spelled_in_one_way_only_allocates_nothing()
    {
        var (one, other) = (Bytes("\"egw-1.5\""), Bytes("\"egw-1.6\""));
        MessageId.Same(one, other);
        var before = GC.GetAllocatedBytesForCurrentThread();

        MessageId.Same(one, other);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Bytes(string raw) => Encoding.UTF8.GetBytes(raw);
}
