using EdgeGateway.LoadTests.Bench;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Every benchmark, in the order in which <c>all</c> runs them and <c>list</c> names them.</summary>
internal static class AllBenchmarks
{
    public static IReadOnlyList<Benchmark> List { get; } =
    [
        new Steady(),
        new PooledVsUnpooled(),
        new Spike(),
        new Mixed(),
        new SlowEndpoint(),
        new WeightedEndpoints(),
        new StickyKeys(),
        new FailingEndpoint(),
        new ModernOverLegacy(),
        new Churn(),
        new Streams(),
        new SideBySide(),
        new IdleSessions(),
        new Allocation(),
        new Soak(),
    ];
}
