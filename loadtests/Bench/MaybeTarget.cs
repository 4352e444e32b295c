using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>Something to compare with that may not be on this machine.</summary>
/// <param name="Target">Where it is; null if it does not run.</param>
/// <param name="NotRun">Why.</param>
internal sealed record MaybeTarget(McpTarget? Target, string? NotRun)
{
    public Arm ToArm(string name, Func<McpTarget, LoadScenario> load) => new(name, Target is { } target ? load(target) : null, NotRun);
}
