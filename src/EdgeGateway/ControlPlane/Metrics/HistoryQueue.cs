using EdgeGateway.Storage;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>Buckets that have ended and wait to be written, all pools' together. What could not be written waits for the next batch.</summary>
internal sealed class HistoryQueue(IPoolHistoryStore store, TimeProvider clock, ILogger<HistoryQueue> log)
{
    /// <summary>A pool's last 34 days, or 8 hours of a hundred pools; about 10 MB at most. Beyond it the oldest are given up.</summary>
    public const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Queue<ServerBucket> _waiting = new();

    // How many have left the queue: tells a batch that was written apart from buckets that were given up meanwhile.
    private long _left;

    // Written by the one who writes; each trouble is logged once until a batch was written.
    private bool _saidFailing;
    private bool _saidFull;

    public void Add(string serverId, PoolBucket bucket)
    {
        var full = false;
        lock (_gate)
        {
            if (_waiting.Count == Most)
            {
                _waiting.Dequeue();
                _left++;
                full = !_saidFull;
                _saidFull = true;
            }

            _waiting.Enqueue(new ServerBucket(serverId, bucket));
        }

        if (full)
        {
            log.HistoryGivenUp(Most);
        }
    }

    /// <summary>A server's buckets that are not written yet.</summary>
    public IReadOnlyList<PoolBucket> Waiting(string serverId)
    {
        lock (_gate)
        {
            return [.. _waiting.Where(waiting => waiting.ServerId == serverId).Select(waiting => waiting.Bucket)];
        }
    }

    /// <summary>Writes what waits, in one transaction, and forgets what is too old. Never throws. One at a time.</summary>
    public async Task WriteAsync()
    {
        var (batch, end) = Batch();
        try
        {
            await store.WriteAsync(batch, clock.GetUtcNow() - HistorySpans.CoarseKept);
        }
        catch (Exception e)
        {
            Failed(e, batch.Length);
            return;
        }

        lock (_gate)
        {
            for (; _left < end; _left++)
            {
                _waiting.Dequeue();
            }

            _saidFull = false;
        }

        if (_saidFailing)
        {
            _saidFailing = false;
            log.HistoryWrittenAgain(batch.Length);
        }
    }

    private (ServerBucket[] Batch, long End) Batch()
    {
        lock (_gate)
        {
            return ([.. _waiting], _left + _waiting.Count);
        }
    }

    private void Failed(Exception failure, int waiting)
    {
        if (_saidFailing)
        {
            return;
        }

        _saidFailing = true;
        // The message of this one is for people; any other is a bug, and its trace is wanted.
        log.HistoryNotWritten(failure is DatabaseUnusableException ? failure.Message : "The gateway met an error of its own.", waiting,
            failure is DatabaseUnusableException ? null : failure);
    }
}
