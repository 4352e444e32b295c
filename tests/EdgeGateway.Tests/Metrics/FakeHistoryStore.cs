using EdgeGateway.ControlPlane.Metrics;

namespace EdgeGateway.Tests.Metrics;

/// <summary>Keeps what was written, or fails.</summary>
internal sealed class FakeHistoryStore : IPoolHistoryStore
{
    private readonly Lock _gate = new();
    private readonly List<(IReadOnlyList<ServerBucket> Buckets, DateTimeOffset KeepAfter)> _batches = [];

    public Exception? Failure { get; set; }

    /// <summary>When set, a write waits for it.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public int Attempts { get; private set; }

    public IReadOnlyList<(IReadOnlyList<ServerBucket> Buckets, DateTimeOffset KeepAfter)> Batches
    {
        get
        {
            lock (_gate)
            {
                return [.. _batches];
            }
        }
    }

    public async Task WriteAsync(IReadOnlyList<ServerBucket> batch, DateTimeOffset keepAfter)
    {
        Attempts++;
        await Until;
        if (Failure is not null)
        {
            throw Failure;
        }

        lock (_gate)
        {
            _batches.Add((batch, keepAfter));
        }
    }

    public Task<IReadOnlyList<PoolBucket>> ReadAsync(string serverId, DateTimeOffset after) => Task.FromResult<IReadOnlyList<PoolBucket>>(
        [.. Batches.SelectMany(batch => batch.Buckets).Where(one => one.ServerId == serverId && one.Bucket.Start > after).Select(one => one.Bucket)]);
}
