using EdgeGateway.Pooling.Slots;

namespace EdgeGateway.Pooling.Stats;

/// <summary>
/// What the pool counts since it was made, but for what its open sessions know of themselves. Read and written under the pool's lock, but for
/// <see cref="Waits"/>, which anybody may add to.
/// </summary>
internal sealed class Counters
{
    public long Timeouts { get; set; }

    public long Rejections { get; set; }

    public long Cancellations { get; set; }

    public long Creates { get; set; }

    public long Destroys { get; set; }

    public long Bindings { get; set; }

    /// <summary>Requests and probes the server failed.</summary>
    public long Faulty { get; set; }

    /// <summary>Releases that were not a healthy answer, less probes that were.</summary>
    public long NotHealthy { get; set; }

    /// <summary>Of sessions that are closed.</summary>
    public long PastReleases { get; private set; }

    /// <summary>Closed sessions that ever served.</summary>
    public long PastUsed { get; private set; }

    /// <summary>Times in line, zero for those who were served at once.</summary>
    public DurationHistogram Waits { get; } = new();

    /// <summary>Leases granted to somebody who had waited.</summary>
    public long Waited { get; set; }

    public RollingMinute LastMinute { get; } = new();

    private long _countedAcquisitions;
    private long _countedWaits;

    /// <summary>Enters those who were served at once, and so told nobody, among the waits.</summary>
    /// <param name="acquisitions">Leases granted so far.</param>
    /// <param name="isTimed">Whether waits are recorded at all.</param>
    public void CountWaits(long acquisitions, bool isTimed)
    {
        var atOnce = acquisitions - _countedAcquisitions - (Waited - _countedWaits);
        if (atOnce <= 0)
        {
            return;
        }

        _countedAcquisitions = acquisitions;
        _countedWaits = Waited;
        if (isTimed)
        {
            Waits.AddZeros(atOnce);
        }
    }

    /// <summary>A session is closed and no lease on it is out. A client session that waits for its replacement may still lease it, and then it is buried again.</summary>
    public void Bury(SessionEntry entry)
    {
        var served = entry.Served - entry.Buried;
        PastReleases += served;
        PastUsed += served > 0 && entry.Buried == 0 ? 1 : 0;
        entry.Buried += served;
    }
}
