using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>One of the things compared.</summary>
/// <param name="Name">As tables have it.</param>
/// <param name="Scenario">The load; null if it cannot run here.</param>
/// <param name="NotRun">Why it cannot.</param>
internal sealed record Arm(string Name, LoadScenario? Scenario, string? NotRun = null);
