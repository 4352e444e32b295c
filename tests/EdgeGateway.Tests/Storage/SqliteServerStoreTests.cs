using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Pooling;
using EdgeGateway.Storage;
using Xunit;

namespace EdgeGateway.Tests.Storage;

public sealed class SqliteServerStoreTests : IDisposable
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    private readonly TempFolder _folder = new();
    private readonly Database _database;
    private readonly SqliteServerStore _store;

    public SqliteServerStoreTests()
    {
        _database = Database.Open(_folder.Path);
        _store = new SqliteServerStore(_database, new SecretBox(Key));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_about_a_server_comes_back()
    {
        var server = Full();
        await _store.InsertAsync(server);

        Assert.Equivalent(server, Assert.Single(await _store.LoadAsync(Cancellation)), strict: true);
    }

    [Fact]
    public async Task An_update_replaces_everything_but_the_id()
    {
        await _store.InsertAsync(Full());
        var changed = Plain() with { Id = Full().Id, Name = "other", Revision = 9, ConnectionVersion = 4, Enabled = false };
        await _store.UpdateAsync(changed);

        Assert.Equivalent(changed, Assert.Single(await _store.LoadAsync(Cancellation)), strict: true);
    }

    [Fact]
    public async Task A_deleted_server_is_gone()
    {
        await _store.InsertAsync(Full());
        await _store.DeleteAsync(Full().Id);

        Assert.Empty(await _store.LoadAsync(Cancellation));
    }

    [Fact]
    public async Task An_acknowledged_write_survives_the_death_of_the_process()
    {
        await _store.InsertAsync(Full());

        // What lies on the disk at this moment, with the connection still open, is what a killed process leaves.
        using var copy = new TempFolder();
        foreach (var file in Directory.GetFiles(_folder.Path, "edge-gateway.db*").Where(file => !file.EndsWith("-shm")))
        {
            File.Copy(file, copy.File(Path.GetFileName(file)));
        }

        using var reopened = Database.Open(copy.Path);
        Assert.Equal("weather", Assert.Single(await new SqliteServerStore(reopened, new SecretBox(Key)).LoadAsync(Cancellation)).Name);
    }

    [Fact]
    public async Task No_secret_lies_in_the_files_in_clear_text()
    {
        await _store.InsertAsync(Full());
        await _store.UpdateAsync(Full() with { Revision = 2 });

        foreach (var file in Directory.GetFiles(_folder.Path, "edge-gateway.db*"))
        {
            var bytes = ReadShared(file);
            Assert.True(bytes.AsSpan().IndexOf("s3cr3t-token"u8) < 0, $"token in {Path.GetFileName(file)}");
            Assert.True(bytes.AsSpan().IndexOf("s3cr3t-env"u8) < 0, $"env value in {Path.GetFileName(file)}");
        }

        Assert.Contains(Directory.GetFiles(_folder.Path, "edge-gateway.db*"), file => ReadShared(file).AsSpan().IndexOf("weather"u8) >= 0);
    }

    [Fact]
    public async Task Secrets_moved_to_another_server_cannot_be_read()
    {
        await _store.InsertAsync(Full());
        await _store.InsertAsync(Plain() with { Auth = new UpstreamAuth("bearer", []) });
        _database.Write(connection => connection.Command(
            "UPDATE servers SET auth_headers = (SELECT auth_headers FROM servers WHERE id = $from) WHERE id = $to",
            ("from", Full().Id), ("to", Plain().Id)).ExecuteNonQuery());

        var thief = (await _store.LoadAsync(Cancellation)).Single(server => server.Id == Plain().Id);

        Assert.True(thief.SecretsUnreadable);
        Assert.Empty(thief.Auth.Headers);
    }

    [Fact]
    public async Task With_another_key_secrets_are_unreadable_and_survive_changes_until_the_key_is_back()
    {
        await _store.InsertAsync(Full());
        var stranger = new SqliteServerStore(_database, new SecretBox(new byte[32]));

        var unreadable = Assert.Single(await stranger.LoadAsync(Cancellation));
        Assert.True(unreadable.SecretsUnreadable);
        await stranger.UpdateAsync(unreadable with { Description = "changed" });

        var restored = Assert.Single(await _store.LoadAsync(Cancellation));
        Assert.Equal("changed", restored.Description);
        Assert.Equal(Full().Auth.Headers, restored.Auth.Headers);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static ServerDefinition Plain() => new()
    {
        Id = new string('b', 32),
        Name = "plain",
        Transport = ServerTransport.StreamableHttp,
        Endpoints = [new ServerEndpoint("http://127.0.0.1:1/mcp")],
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    private static ServerDefinition Full() => new()
    {
        Id = new string('a', 32),
        Name = "weather",
        Description = "Wetter, météo, 天気",
        Transport = ServerTransport.StreamableHttp,
        Endpoints = [new ServerEndpoint("http://127.0.0.1:1/mcp", 5), new ServerEndpoint("https://other.example/mcp")],
        Command = "node",
        Args = ["a b", "--flag"],
        Env = new Dictionary<string, string> { ["TOKEN"] = "s3cr3t-env" },
        Auth = new UpstreamAuth("bearer", [new("Authorization", "Bearer s3cr3t-token")]),
        PassthroughHeaders = ["x-tenant"],
        CaCertificate = "-----BEGIN CERTIFICATE-----",
        Era = "legacy",
        RequestTimeout = TimeSpan.FromSeconds(17),
        Tags = ["one", "two"],
        Enabled = true,
        Pool = new PoolSettings { Enabled = true, Strategy = PoolStrategy.LeastConnections, Size = 7, Isolation = Isolation.User, StickyHeader = "x-user" },
        ConnectionVersion = 3,
        Revision = 5,
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        UpdatedAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
    };
}
