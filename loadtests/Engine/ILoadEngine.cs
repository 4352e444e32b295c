using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>What runs scenarios.</summary>
internal interface ILoadEngine
{
    /// <summary>For reports: "embedded" or "NBomber".</summary>
    string Name { get; }

    Task<LoadResult> RunAsync(LoadScenario scenario, CancellationToken cancellationToken);
}
