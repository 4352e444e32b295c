using EdgeGateway.Storage;
using Xunit;

namespace EdgeGateway.Tests.Storage;

public sealed class SecretBoxTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly SecretBox _box = new(Key);

    [Fact]
    public void What_was_sealed_can_be_opened_in_its_place() =>
        Assert.Equal("secret"u8.ToArray(), _box.Open(_box.Seal("secret"u8, "row", "column"), "row", "column"));

    [Fact]
    public void A_value_moved_to_another_row_or_column_cannot_be_opened()
    {
        var sealedValue = _box.Seal("secret"u8, "row", "column");

        Assert.Null(_box.Open(sealedValue, "other", "column"));
        Assert.Null(_box.Open(sealedValue, "row", "other"));
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var sealedValue = _box.Seal("secret"u8, "row", "column");
        for (var i = 0; i < sealedValue.Length; i++)
        {
            var changed = sealedValue.ToArray();
            changed[i] ^= 1;
            Assert.Null(_box.Open(changed, "row", "column"));
        }
    }

    [Fact]
    public void Another_key_opens_nothing() =>
        Assert.Null(new SecretBox(new byte[32]).Open(_box.Seal("secret"u8, "row", "column"), "row", "column"));

    [Fact]
    public void Sealing_twice_gives_two_values() =>
        Assert.NotEqual(_box.Seal("secret"u8, "row", "column"), _box.Seal("secret"u8, "row", "column"));

    [Fact]
    public void Too_short_a_value_is_no_box() => Assert.Null(_box.Open([1, 2, 3], "row", "column"));
}
