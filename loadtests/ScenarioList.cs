namespace EdgeGateway.LoadTests;

/// <summary>The scenarios that can be run, by name. There are none yet: nothing here has been measured.</summary>
internal static class ScenarioList
{
    private static readonly IReadOnlyList<string> Names = [];

    public static string Describe() => Names.Count == 0
        ? "No scenario exists yet. Each will run against a gateway and a mock upstream in one interleaved run, "
            + "and report ratios, never absolute times."
        : $"Scenarios: {string.Join(", ", Names)}";
}
