using EdgeGateway.Storage;
using Xunit;

namespace EdgeGateway.Tests.Storage;

public sealed class GatewayKeyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void The_first_use_creates_a_key_that_only_its_owner_can_read()
    {
        var key = GatewayKey.LoadOrCreate(_folder.File("data"));

        Assert.Equal(32, key.Length);
        Assert.Contains(key, b => b != 0);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("data/gateway.key")));
        }
    }

    [Fact]
    public void The_key_stays_the_same() =>
        Assert.Equal(GatewayKey.LoadOrCreate(_folder.Path), GatewayKey.LoadOrCreate(_folder.Path));

    [Fact]
    public void A_key_made_by_somebody_else_is_used_as_it_is()
    {
        var key = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        File.WriteAllBytes(_folder.File("gateway.key"), key);

        Assert.Equal(key, GatewayKey.LoadOrCreate(_folder.Path));
    }

    [Fact]
    public void Creating_at_once_yields_one_key_and_leaves_nothing_aside()
    {
        var keys = new byte[8][];
        Parallel.For(0, keys.Length, i => keys[i] = GatewayKey.LoadOrCreate(_folder.Path));

        Assert.All(keys, key => Assert.Equal(keys[0], key));
        Assert.Equal([_folder.File("gateway.key")], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_key_of_the_wrong_length_is_refused_with_a_sentence()
    {
        File.WriteAllBytes(_folder.File("gateway.key"), new byte[12]);

        var refused = Assert.Throws<DatabaseUnusableException>(() => GatewayKey.LoadOrCreate(_folder.Path));
        Assert.Contains("has 12 bytes, a key has 32", refused.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_is_refused_with_a_sentence()
    {
        File.WriteAllText(_folder.File("file"), "");

        var refused = Assert.Throws<DatabaseUnusableException>(() => GatewayKey.LoadOrCreate(_folder.File("file")));
        Assert.Contains("cannot be read or created", refused.Message);
    }

    public void Dispose() => _folder.Dispose();
}
