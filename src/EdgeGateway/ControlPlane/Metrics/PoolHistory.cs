using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>
/// One pool's recent past. Looked at about once a second; what was counted until the first look after a bucket's end belongs to it.
/// One short lock, no I/O under it; the pool's requests never wait for it.
/// </summary>
/// <param name="look">Reads the pool; its counts only grow.</param>
/// <param name="ended">Takes each 5-minute bucket that has ended, under the lock: where it goes it can be read before it is missed here.</param>
internal sealed class PoolHistory(Func<PoolSample> look, Action<PoolBucket> ended)
{
    private readonly Lock _gate = new();
    private readonly List<PoolBucket> _recent = [];
    private PoolSample _last = PoolSample.Zero;
    private OpenBucket? _fine;
    private OpenBucket? _coarse;
    private DateTimeOffset _recordedFrom;

    /// <summary>Records what was counted since the last look.</summary>
    public void Observe(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_fine is null || now < _fine.Start)
            {
                // The first look, or a clock that was set back: what is recorded from here on must not replace what has been.
                Break();
                _recordedFrom = HistorySpans.StartOf(now, TimeSpan.FromMilliseconds(1));
                _recent.RemoveAll(bucket => bucket.Start > now);
            }

            var sample = look();
            Fill(ref _fine, HistorySpans.Fine, sample, now, Keep);
            Fill(ref _coarse, HistorySpans.Coarse, sample, now, ended);
            _last = sample;
        }
    }

    /// <summary>The pool is off, or the process ends: its bucket ends early, and what is counted until it is on again is nobody's.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            var sample = look();
            _fine?.Observe(sample);
            _coarse?.Observe(sample);
            Break();
            _last = sample;
        }
    }

    /// <summary>The 5-second buckets that start after <paramref name="after"/>, the present one included, in the order they were recorded; one that was interrupted in parts.</summary>
    public IReadOnlyList<PoolBucket> Recent(DateTimeOffset after)
    {
        lock (_gate)
        {
            IEnumerable<PoolBucket> all = _fine is null ? _recent : [.. _recent, _fine.Read()];
            return [.. all.Where(bucket => bucket.Start > after)];
        }
    }

    /// <summary>The 5-minute bucket that has not ended; null while the pool is off.</summary>
    public PoolBucket? Present()
    {
        lock (_gate)
        {
            return _coarse?.Read();
        }
    }

    private void Fill(ref OpenBucket? open, TimeSpan length, PoolSample sample, DateTimeOffset now, Action<PoolBucket> end)
    {
        var start = HistorySpans.StartOf(now, length);
        open ??= new OpenBucket(start, _recordedFrom, _last);
        open.Observe(sample);
        if (open.Start != start)
        {
            end(open.Read());
            open = new OpenBucket(start, _recordedFrom, sample);
        }
    }

    private void Break()
    {
        if (_fine is not null)
        {
            Keep(_fine.Read());
        }

        if (_coarse is not null)
        {
            ended(_coarse.Read());
        }

        (_fine, _coarse) = (null, null);
    }

    private void Keep(PoolBucket bucket)
    {
        _recent.Add(bucket);
        _recent.RemoveAll(old => old.Start <= bucket.Start - HistorySpans.FineKept);
    }
}
