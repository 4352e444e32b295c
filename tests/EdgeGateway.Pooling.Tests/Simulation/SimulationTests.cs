using System.Globalization;

namespace EdgeGateway.Pooling.Tests.Simulation;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int FewSeeds = 3;
    private const int Minutes = 10_000;

    public static TheoryData<int> Seeds =>
        Number("POOL_SIM_SEED") is { } one ? [one] : [.. Enumerable.Range(1, Number("POOL_SIM_SEEDS") ?? FewSeeds)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_in_ten_thousand_minutes_the_invariants_hold_and_the_pool_heals(int seed)
    {
        using var simulation = new PoolSimulation(seed);
        simulation.Run(Number("POOL_SIM_MINUTES") ?? Minutes);
        output.WriteLine($"{simulation.Stats}");
        output.WriteLine(simulation.Circuits);
    }

    [Fact]
    public void A_seed_always_leads_to_the_same_run()
    {
        Assert.Equal(Mark(), Mark());

        static ulong Mark()
        {
            using var simulation = new PoolSimulation(3);
            simulation.Run(300);
            return simulation.Trail.Mark;
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
