namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>A 5-minute bucket, or a part of one, on its way to the disk.</summary>
internal sealed record ServerBucket(string ServerId, PoolBucket Bucket);

/// <summary>
/// Where the history is kept. Narrow on purpose: another database is another implementation. What belongs to a server goes with it.
/// </summary>
internal interface IPoolHistoryStore
{
    /// <summary>
    /// Keeps <paramref name="batch"/> and forgets what is too old, all or nothing. A bucket of the same server, start and recording
    /// replaces the one before, so that a batch may be sent again; those of servers that are gone are left out.
    /// </summary>
    /// <param name="batch">In any order.</param>
    /// <param name="keepAfter">Buckets that start here or before are forgotten, those of every server.</param>
    /// <exception cref="Storage.DatabaseUnusableException">Nothing was changed.</exception>
    Task WriteAsync(IReadOnlyList<ServerBucket> batch, DateTimeOffset keepAfter);

    /// <summary>A server's buckets that start after <paramref name="after"/>, in order.</summary>
    /// <exception cref="Storage.DatabaseUnusableException">They cannot be read.</exception>
    Task<IReadOnlyList<PoolBucket>> ReadAsync(string serverId, DateTimeOffset after);
}
