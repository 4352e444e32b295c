using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.Storage;
using EdgeGateway.Tests.ControlPlane;
using EdgeGateway.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static EdgeGateway.Tests.Metrics.Samples;

namespace EdgeGateway.Tests.Metrics;

public sealed class HistoryQueueTests : IDisposable
{
    private readonly FakeHistoryStore _store = new();
    private readonly FakeTimeProvider _clock = new(Noon);
    private readonly LogLines _log = new();
    private readonly LoggerFactory _loggers;
    private readonly HistoryQueue _queue;

    public HistoryQueueTests()
    {
        _loggers = new LoggerFactory([_log]);
        _queue = Queue(_store);
    }

    [Fact]
    public async Task All_pools_go_in_one_batch_that_forgets_what_is_older_than_seven_days()
    {
        _queue.Add("a", Bucket(Noon));
        _queue.Add("b", Bucket(Noon));
        Assert.Single(_queue.Waiting("a"));

        await _queue.WriteAsync();

        var (buckets, keepAfter) = Assert.Single(_store.Batches);
        Assert.Equal(["a", "b"], buckets.Select(bucket => bucket.ServerId));
        Assert.Equal(Noon.AddDays(-7), keepAfter);
        Assert.Empty(_queue.Waiting("a"));
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task A_batch_that_failed_is_sent_again_with_the_next_and_said_once()
    {
        _store.Failure = DatabaseUnusableException.From("edge-gateway.db", new SqliteException("full", 13));
        for (var i = 0; i < 3; i++)
        {
            _queue.Add("a", Bucket(Noon.AddMinutes(5 * i)));
            await _queue.WriteAsync();
        }

        var (level, _, text) = Assert.Single(_log.All);
        Assert.Equal(LogLevel.Warning, level);
        Assert.StartsWith("The history of the pools cannot be written. The disk with edge-gateway.db is full. Free some space", text);
        Assert.EndsWith("Requests go on; the next attempt is in 5 minutes. Buckets waiting: 1", text);
        Assert.Equal(3, _queue.Waiting("a").Count);

        _store.Failure = null;
        await _queue.WriteAsync();

        Assert.Equal(3, Assert.Single(_store.Batches).Buckets.Count);
        Assert.Equal("The history of the pools is written again. Buckets written at once: 3", _log.All.Last().Text);
        _store.Failure = new InvalidOperationException("a bug");
        await _queue.WriteAsync();
        Assert.Equal([3100, 3101, 3100], _log.All.Select(line => line.EventId));
    }

    [Fact]
    public async Task The_queue_is_bounded_and_gives_up_the_oldest()
    {
        _store.Failure = new IOException();
        for (var i = 0; i < HistoryQueue.Most + 2; i++)
        {
            _queue.Add("a", Bucket(Noon, acquisitions: i));
        }

        Assert.Equal((HistoryQueue.Most, 2L), (_queue.Waiting("a").Count, _queue.Waiting("a")[0].Acquisitions));
        Assert.Equal(3102, Assert.Single(_log.All).EventId);

        _store.Failure = null;
        await _queue.WriteAsync();
        Assert.Equal(HistoryQueue.Most, Assert.Single(_store.Batches).Buckets.Count);
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_written_waits_for_the_next_even_when_the_oldest_were_given_up_meanwhile()
    {
        var disk = new TaskCompletionSource();
        _store.Until = disk.Task;
        for (var i = 0; i < HistoryQueue.Most; i++)
        {
            _queue.Add("a", Bucket(Noon, acquisitions: i));
        }

        var writing = _queue.WriteAsync();
        _queue.Add("a", Bucket(Noon, acquisitions: -1));
        _queue.Add("b", Bucket(Noon, acquisitions: -2));
        disk.SetResult();
        await writing;

        Assert.Equal(-1, Assert.Single(_queue.Waiting("a")).Acquisitions);
        Assert.Equal(-2, Assert.Single(_queue.Waiting("b")).Acquisitions);
    }

    [Fact]
    public async Task A_locked_database_costs_nothing_once_it_is_free()
    {
        using var folder = new TempFolder();
        using var database = Database.Open(folder.Path, Migrations.All, TimeSpan.Zero);
        await new SqliteServerStore(database, new SecretBox(new byte[32])).InsertAsync(Servers.Plain("a"));
        var store = new SqlitePoolHistoryStore(database);
        var queue = Queue(store);
        queue.Add("a", Bucket(Noon));
        using var other = new SqliteConnection($"Data Source={folder.File(Database.FileName)};Pooling=False");
        other.Open();
        other.Command("BEGIN IMMEDIATE").ExecuteNonQuery();

        await queue.WriteAsync();
        Assert.Contains("is locked by another process", Assert.Single(_log.All).Text);
        Assert.True(database.IsUsable(), "the gateway goes on without this history");
        Assert.Empty(await store.ReadAsync("a", DateTimeOffset.MinValue));

        other.Command("ROLLBACK").ExecuteNonQuery();
        await queue.WriteAsync();
        Assert.Single(await store.ReadAsync("a", Noon.AddDays(-1)));
        Assert.Empty(queue.Waiting("a"));
    }

    public void Dispose()
    {
        _loggers.Dispose();
        _log.Dispose();
    }

    private HistoryQueue Queue(IPoolHistoryStore store) => new(store, _clock, _loggers.CreateLogger<HistoryQueue>());
}
