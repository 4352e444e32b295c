using EdgeGateway.Tests.Upstreams;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>One scenario of the official client, run directly and through the gateway.</summary>
internal static class ScenarioComparison
{
    /// <summary>The client sees the same both ways, and afterwards nothing is left running, released twice or answered to nobody.</summary>
    public static async Task AssertSameAsync(string scenario, TestUpstream upstream, TestGateway gateway, string server)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var run = SdkScenarios.All[scenario];

        var direct = await run(McpTarget.Direct(upstream), cancelled);
        var through = await run(gateway.Target(server, Dialect.TestUpstream), cancelled);

        Assert.Equal(direct, through);
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
        Assert.Equal(0, gateway.Stats(server).DoubleReleases);
        Assert.Equal(0, upstream.Recorded.StrayResponses);
    }
}
