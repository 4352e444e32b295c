using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.Storage;
using Xunit;
using static EdgeGateway.Tests.Metrics.Samples;

namespace EdgeGateway.Tests.Storage;

public sealed class SqlitePoolHistoryStoreTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Database _database;
    private readonly SqliteServerStore _servers;
    private readonly SqlitePoolHistoryStore _store;

    public SqlitePoolHistoryStoreTests()
    {
        _database = Database.Open(_folder.Path);
        _servers = new SqliteServerStore(_database, new SecretBox(new byte[32]));
        _store = new SqlitePoolHistoryStore(_database);
    }

    public async ValueTask InitializeAsync()
    {
        await _servers.InsertAsync(Metrics.Servers.Plain("a"));
        await _servers.InsertAsync(Metrics.Servers.Plain("b"));
    }

    [Fact]
    public async Task Everything_about_a_bucket_comes_back()
    {
        var bucket = Bucket(Noon, Noon.AddMilliseconds(-1));
        await WriteAsync(new ServerBucket("a", bucket));

        var read = Assert.Single(await ReadAsync("a"));

        Assert.Equal(Figures(bucket), Figures(read));
        Assert.Equal(bucket.Waits.Buckets, read.Waits.Buckets);
        Assert.Equal(bucket.Uses.Buckets, read.Uses.Buckets);
        Assert.Equal((bucket.Waits.SumMs, bucket.Uses.SumMs), (read.Waits.SumMs, read.Uses.SumMs));
        Assert.Empty(await ReadAsync("b"));
    }

    [Fact]
    public async Task Buckets_come_in_order_from_the_moment_asked_for()
    {
        await WriteAsync([.. Enumerable.Range(0, 20).Reverse().Select(i => new ServerBucket("a", Bucket(Noon.AddMinutes(5 * i))))]);

        Assert.Equal(
            Enumerable.Range(8, 12).Select(i => Noon.AddMinutes(5 * i)),
            (await _store.ReadAsync("a", Noon.AddMinutes(35))).Select(bucket => bucket.Start));
    }

    [Fact]
    public async Task The_same_bucket_of_the_same_recording_is_replaced_and_that_of_another_stands_beside_it()
    {
        await WriteAsync(new ServerBucket("a", Bucket(Noon, Noon, acquisitions: 1)));
        await WriteAsync(new ServerBucket("a", Bucket(Noon, Noon, acquisitions: 2)), new ServerBucket("a", Bucket(Noon, Noon.AddMinutes(1), acquisitions: 3)));

        Assert.Equal([2, 3], (await ReadAsync("a")).Select(bucket => bucket.Acquisitions));
    }

    [Fact]
    public async Task What_is_too_old_goes_with_the_next_batch_whosever_it_is()
    {
        await WriteAsync(new ServerBucket("a", Bucket(Noon)), new ServerBucket("a", Bucket(Noon.AddMinutes(5))), new ServerBucket("b", Bucket(Noon)));

        await _store.WriteAsync([], keepAfter: Noon);

        Assert.Equal(Noon.AddMinutes(5), Assert.Single(await ReadAsync("a")).Start);
        Assert.Empty(await ReadAsync("b"));
        var plan = _database.Read(connection =>
        {
            using var row = connection.Command("EXPLAIN QUERY PLAN DELETE FROM pool_buckets WHERE server_id IN (SELECT id FROM servers) AND start <= 1").ExecuteReader();
            return row.Read() ? row.GetString(3) : "";
        });
        Assert.Contains("PRIMARY KEY (server_id=? AND start<?)", plan);
    }

    [Fact]
    public async Task Rows_go_with_their_server_and_what_comes_late_for_it_does_not_keep_the_others_out()
    {
        await WriteAsync(new ServerBucket("a", Bucket(Noon)), new ServerBucket("b", Bucket(Noon)));

        await _servers.DeleteAsync("a");
        Assert.Equal(1L, Rows());
        await WriteAsync(new ServerBucket("a", Bucket(Noon.AddMinutes(5))), new ServerBucket("b", Bucket(Noon.AddMinutes(5))));

        Assert.Equal(2L, Rows());
        Assert.Equal(2, (await ReadAsync("b")).Count);
    }

    [Fact]
    public async Task A_change_of_the_server_leaves_its_history()
    {
        await WriteAsync(new ServerBucket("a", Bucket(Noon)));

        await _servers.UpdateAsync(Metrics.Servers.Plain("a") with { Name = "renamed", Revision = 2 });

        Assert.Single(await ReadAsync("a"));
    }

    [Fact]
    public async Task A_database_from_before_there_was_a_history_gets_one_and_keeps_its_servers()
    {
        using var folder = new TempFolder();
        using (var old = Database.Open(folder.Path, [.. Migrations.All.Take(1)], TimeSpan.Zero))
        {
            await new SqliteServerStore(old, new SecretBox(new byte[32])).InsertAsync(Metrics.Servers.Plain("a"));
        }

        using var database = Database.Open(folder.Path);
        var store = new SqlitePoolHistoryStore(database);
        await store.WriteAsync([new ServerBucket("a", Bucket(Noon))], Noon.AddDays(-7));

        Assert.Single(await store.ReadAsync("a", Noon.AddDays(-7)));
        Assert.True(File.Exists(folder.File("edge-gateway.db.v1.bak")));
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private long Rows() => (long)_database.Read(connection => connection.Command("SELECT count(*) FROM pool_buckets").ExecuteScalar())!;

    private Task WriteAsync(params ServerBucket[] batch) => _store.WriteAsync(batch, Noon.AddDays(-7));

    private Task<IReadOnlyList<PoolBucket>> ReadAsync(string serverId) => _store.ReadAsync(serverId, Noon.AddDays(-7));
}
