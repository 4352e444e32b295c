using EdgeGateway.Tests.Upstreams;
using EdgeGateway.TestUpstreams;
using ModelContextProtocol.Client;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>The official client over HTTP+SSE, to either kind of server, and over Streamable HTTP to an HTTP+SSE server.</summary>
public sealed class LegacySseScenarioTests
{
    private const string OverSse = ",\"transport\":\"sse\"";

    public static TheoryData<string> Scenarios => [.. SdkScenarios.All.Keys];

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Scenarios))]
    public async Task An_old_client_of_a_new_server_sees_what_it_sees_of_an_old_one(string scenario)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        var run = SdkScenarios.All[scenario];

        var direct = await run(McpTarget.Direct(upstream) with { Url = upstream.SseUrl, Mode = HttpTransportMode.Sse }, cancelled);
        var through = await run(Old(gateway, server), cancelled);

        Assert.Equal(direct, through);
        await gateway.UntilAsync(server, stats => stats.Bound == 0);
        Assert.Equal(0, gateway.Stats(server).DoubleReleases);
        Assert.Equal(0, upstream.Recorded.StrayResponses);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Scenarios))]
    public async Task A_new_client_of_an_old_server_sees_what_it_sees_of_a_new_one(string scenario)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.SseUrl, more: OverSse);

        await ScenarioComparison.AssertSameAsync(scenario, upstream, gateway, server);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("call")]
    [InlineData("progress")]
    [InlineData("sampling")]
    [InlineData("subscription")]
    public async Task Old_client_and_old_server_under_ids_of_the_gateways_own(string scenario)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.SseUrl, """{"enabled":true,"isolation":"user"}""", OverSse);
        var run = SdkScenarios.All[scenario];

        var direct = await run(McpTarget.Direct(upstream) with { Url = upstream.SseUrl, Mode = HttpTransportMode.Sse }, cancelled);

        Assert.Equal(direct, await run(Old(gateway, server), cancelled));
    }

    private static McpTarget Old(TestGateway gateway, string server)
    {
        var target = gateway.Target(server, Dialect.TestUpstream);
        return target with { Url = new Uri(gateway.Url, $"/servers/{server}/sse"), Mode = HttpTransportMode.Sse };
    }
}
