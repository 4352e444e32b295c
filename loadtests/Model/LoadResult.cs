namespace EdgeGateway.LoadTests.Model;

/// <summary>What one run of a scenario came to.</summary>
internal sealed record LoadResult
{
    /// <summary>Steps that went well.</summary>
    public required long Ok { get; init; }

    /// <summary>Steps that did not, by reason.</summary>
    public required IReadOnlyDictionary<string, long> FailedByReason { get; init; }

    /// <summary>Received by steps that went well.</summary>
    public required long Bytes { get; init; }

    /// <summary>From the first recorded step to the end of the last.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Of the steps that went well.</summary>
    public required Latency Latency { get; init; }

    /// <summary>Texts of the thresholds that do not hold.</summary>
    public IReadOnlyList<string> FailedThresholds { get; init; } = [];

    public long Failed => FailedByReason.Values.Sum();

    public double OkPerSecond => Duration > TimeSpan.Zero ? Ok / Duration.TotalSeconds : 0;

    public LoadResult Judge(IReadOnlyList<Threshold> thresholds) =>
        this with { FailedThresholds = [.. thresholds.Where(threshold => !threshold.Holds(this)).Select(threshold => threshold.Text)] };
}
