using EdgeGateway.Tests.Upstreams;
using Xunit;

namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>The reference with a server that is not ours.</summary>
public sealed class SdkAgainstServerEverythingTests(ServerEverything everything) : IClassFixture<ServerEverything>
{
    public static TheoryData<string> Scenarios() => [.. SdkScenarios.All.Keys];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Scenarios))]
    public async Task A_scenario_runs_and_says_the_same_twice(string scenario)
    {
        everything.Require();
        var cancelled = TestContext.Current.CancellationToken;

        var first = await SdkScenarios.All[scenario](everything.Direct, cancelled);
        var second = await SdkScenarios.All[scenario](everything.Direct, cancelled);

        Assert.NotEmpty(first);
        Assert.Equal(first, second);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_listed_depends_on_what_the_client_can_do()
    {
        everything.Require();
        var cancelled = TestContext.Current.CancellationToken;

        var able = await SdkScenarios.ListsAsync(everything.Direct, cancelled);
        var plain = await SdkScenarios.PlainListsAsync(everything.Direct, cancelled);

        Assert.Contains("trigger-sampling-request", able, StringComparison.Ordinal);
        Assert.DoesNotContain("trigger-sampling-request", plain, StringComparison.Ordinal);
    }
}
