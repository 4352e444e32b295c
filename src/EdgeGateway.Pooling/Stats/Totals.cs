namespace EdgeGateway.Pooling.Stats;

/// <summary>What has happened so far: the sum over all sessions there are and were. Leases are counted by the sessions they run on.</summary>
internal readonly record struct Totals(long Releases, int InFlight, long Used, long Healthy, long Faulty, long Timeouts)
{
    public long Acquisitions => Releases + InFlight;

    /// <summary>Leases on a session that had served before.</summary>
    public long Reused => Acquisitions - Used;
}
