using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.Upstreams;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The official client through the published binary sees what it sees without it.</summary>
public sealed class RelayTests
{
    public static TheoryData<string> Scenarios() => [.. SdkScenarios.All.Keys];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Scenarios))]
    public async Task Through_the_binary_equals_direct(string scenario)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("relay", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);
        var run = SdkScenarios.All[scenario];

        Assert.Equal(
            await run(McpTarget.Direct(upstream), cancelled),
            await run(gateway.Target(server, Dialect.TestUpstream), cancelled));
    }
}
