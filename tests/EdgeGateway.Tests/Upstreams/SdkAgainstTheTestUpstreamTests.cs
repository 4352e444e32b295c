using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>The reference: what the official client sees when it talks to a test upstream with nothing between them.</summary>
public sealed class SdkAgainstTheTestUpstreamTests
{
    public static TheoryData<string, string> Everything()
    {
        var data = new TheoryData<string, string>();
        foreach (var scenario in SdkScenarios.All.Keys)
        {
            data.Add(scenario, "2025-11-25");
        }

        data.Add("initialize", "2025-03-26");
        data.Add("progress", "2025-06-18");
        return data;
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Everything))]
    public async Task A_scenario_runs_and_says_the_same_twice(string scenario, string protocolVersion)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        var target = McpTarget.Direct(upstream) with { ProtocolVersion = protocolVersion };

        var first = await SdkScenarios.All[scenario](target, cancelled);
        var second = await SdkScenarios.All[scenario](target, cancelled);

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
        Assert.Equal(2, upstream.Recorded.Handshakes);
        Assert.Equal(2, upstream.Recorded.SessionsClosed);
        Assert.Equal(0, upstream.OpenSessions);
        Assert.Equal(0, upstream.Recorded.StrayResponses);
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Everything))]
    public async Task A_server_that_answers_everything_by_SSE_says_the_same(string scenario, string protocolVersion)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var json = await TestUpstream.StartAsync(cancellationToken: cancelled);
        await using var sse = await TestUpstream.StartAsync(new TestUpstreamOptions { AnswerBySse = true }, cancelled);
        var run = SdkScenarios.All[scenario];

        Assert.Equal(
            await run(McpTarget.Direct(json) with { ProtocolVersion = protocolVersion }, cancelled),
            await run(McpTarget.Direct(sse) with { ProtocolVersion = protocolVersion }, cancelled));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_transcripts_hold_what_was_asked_and_answered()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        var target = McpTarget.Direct(upstream);

        Assert.Contains("version: 2025-11-25", await SdkScenarios.InitializeAsync(target, cancelled), StringComparison.Ordinal);
        Assert.Contains("\"progress\":4", await SdkScenarios.ProgressAsync(target, cancelled), StringComparison.Ordinal);
        Assert.Contains("Roses are red.", await SdkScenarios.SamplingAsync(target, cancelled), StringComparison.Ordinal);
        Assert.Contains("file:///scenario", await SdkScenarios.RootsAsync(target, cancelled), StringComparison.Ordinal);
        Assert.Contains("Ada", await SdkScenarios.ElicitationAsync(target, cancelled), StringComparison.Ordinal);
        Assert.Contains("test://counter", await SdkScenarios.SubscriptionAsync(target, cancelled), StringComparison.Ordinal);
        Assert.Contains("-32601", await SdkScenarios.ErrorsAsync(target, cancelled), StringComparison.Ordinal);
    }
}
