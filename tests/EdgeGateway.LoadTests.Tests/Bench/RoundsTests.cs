using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Engine;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class RoundsTests
{
    [Fact]
    public async Task Each_round_runs_every_arm_once_and_begins_with_another_one()
    {
        var engine = new NotingEngine();
        Arm[] arms = [NewArm("a"), NewArm("b"), new Arm("missing", null, "why"), NewArm("c")];

        var standings = await Rounds.RunAsync("t", arms, 3, engine, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal("abcbcacab", string.Concat(engine.Ran));
        Assert.Equal(["a", "b", "c"], standings.Series.Select(series => series.Name));
        Assert.All(standings.Series, series => Assert.Equal(3, series.Results.Count));
        Assert.Equal("why", standings.WhyNotRun("missing"));
    }

    private static Arm NewArm(string name) => new(name, new LoadScenario { Name = name, Step = _ => default, Simulations = [] });

    private sealed class NotingEngine : ILoadEngine
    {
        public List<string> Ran { get; } = [];

        public string Name => "noting";

        public Task<LoadResult> RunAsync(LoadScenario scenario, CancellationToken cancellationToken)
        {
            Ran.Add(scenario.Name);
            return Task.FromResult(Results.Series(scenario.Name, 1).Results[0]);
        }
    }
}
