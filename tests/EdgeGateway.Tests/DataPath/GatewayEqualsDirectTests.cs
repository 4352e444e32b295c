using EdgeGateway.Tests.Upstreams;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>What the official client sees through the gateway is what it sees without one.</summary>
public sealed class GatewayEqualsDirectTests
{
    public static TheoryData<string, string> ScenariosAndPools()
    {
        var data = new TheoryData<string, string>();
        foreach (var scenario in SdkScenarios.All.Keys)
        {
            data.Add(scenario, """{"enabled":true,"strategy":"round_robin"}""");
            data.Add(scenario, """{"enabled":true,"strategy":"round_robin","isolation":"user"}""");
            data.Add(scenario, """{"enabled":true,"strategy":"none"}""");
            data.Add(scenario, """{"enabled":false}""");
        }

        data.Add("sampling", """{"enabled":true,"strategy":"least_connections"}""");
        data.Add("progress", """{"enabled":true,"strategy":"sticky"}""");
        return data;
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(ScenariosAndPools))]
    public async Task A_client_of_a_stateful_server_sees_the_same(string scenario, string pool)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, pool);

        await ScenarioComparison.AssertSameAsync(scenario, upstream, gateway, server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("lists of a client without capabilities")]
    [InlineData("call")]
    [InlineData("errors")]
    [InlineData("prompts")]
    public async Task A_client_of_a_stateless_server_sees_the_same(string scenario)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(new TestUpstreamOptions { Kind = UpstreamKind.Stateless }, cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var run = SdkScenarios.All[scenario];

        Assert.Equal(await run(McpTarget.Direct(upstream), cancelled), await run(gateway.Target(server, Dialect.TestUpstream), cancelled));
    }
}
