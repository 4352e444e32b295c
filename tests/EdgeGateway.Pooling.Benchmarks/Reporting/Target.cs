using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>What our pool has to reach against an anchor.</summary>
/// <param name="Text">For people.</param>
/// <param name="Anchor">Name of the candidate to compare with.</param>
/// <param name="Most">What ours may cost, as a multiple of the anchor.</param>
/// <param name="GateMost">What it may cost on a noisy machine before the gate closes.</param>
/// <param name="AsSpeedup">Whether the ratio is shown the other way round.</param>
internal sealed record Target(string Text, string Anchor, double Most, double GateMost, bool AsSpeedup)
{
    public static Target AtMost(double times, string anchor, double gate) =>
        new($"≤ {times:0.##}× {anchor}", anchor, times, gate, AsSpeedup: false);

    public static Target Faster(double times, string anchor, double gate) =>
        new($"≥ {times:0.#}× faster than {anchor}", anchor, 1 / times, 1 / gate, AsSpeedup: true);

    public Finding Judge(Series ours, Standings standings)
    {
        var ratio = ours.RatioTo(standings[Anchor]);
        return new($"{(AsSpeedup ? 1 / ratio : ratio):0.00}×", ratio <= Most, ratio <= GateMost);
    }
}
