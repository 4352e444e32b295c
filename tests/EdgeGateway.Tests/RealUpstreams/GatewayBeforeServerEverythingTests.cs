using EdgeGateway.Tests.DataPath;
using EdgeGateway.Tests.Upstreams;
using Xunit;

namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>A real client and a real server, neither of them ours: with the gateway between them they see what they see without it.</summary>
public sealed class GatewayBeforeServerEverythingTests(ServerEverything everything) : IClassFixture<ServerEverything>
{
    public static TheoryData<string, string> ScenariosAndPools()
    {
        var data = new TheoryData<string, string>();
        foreach (var scenario in SdkScenarios.All.Keys)
        {
            data.Add(scenario, """{"enabled":true,"strategy":"round_robin"}""");
            data.Add(scenario, """{"enabled":true,"strategy":"none"}""");
        }

        data.Add("sampling", """{"enabled":true,"strategy":"least_connections"}""");
        data.Add("subscription", """{"enabled":true,"strategy":"sticky"}""");
        data.Add("progress", """{"enabled":true,"isolation":"user"}""");
        data.Add("elicitation", """{"enabled":false}""");
        return data;
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(ScenariosAndPools))]
    public async Task Through_the_gateway_equals_direct(string scenario, string pool)
    {
        everything.Require();
        var cancelled = TestContext.Current.CancellationToken;
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(everything.Url, pool);
        var run = SdkScenarios.All[scenario];

        var direct = await run(everything.Direct, cancelled);
        var through = await run(gateway.Target(server, Dialect.ServerEverything), cancelled);

        Assert.Equal(direct, through);
    }
}
