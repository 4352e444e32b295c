using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>
/// The official conformance suite says the same of an upstream directly and of the published binary in front of it, under every
/// strategy; tests/conformance/README.md says how.
/// </summary>
[Collection(nameof(SuitePackages))]
public sealed class ConformanceTests
{
    /// <summary>A second server, by others and in another language, one that fails some of it, one of the other era: few strategies are enough there.</summary>
    [Theory(Timeout = 180_000)]
    [InlineData("legacy", "round_robin,least_connections,sticky,weighted,none")]
    [InlineData("csharp", "round_robin,none")]
    [InlineData("everything", "round_robin,none")]
    [InlineData("modern", "round_robin,none")]
    public Task The_suite_of_2025_11_25_says_the_same_through_the_gateway(string upstream, string strategies) =>
        SaysTheSameAsync("2025-11-25", upstream, strategies);

    /// <summary>In front of a server that needs sessions, compared with one that needs none: the bridge; and in front of the latter itself.</summary>
    [Theory(Timeout = 180_000)]
    [InlineData("legacy", "round_robin,least_connections,sticky,weighted,none")]
    [InlineData("modern", "round_robin,least_connections,sticky,weighted,none")]
    public Task The_suite_of_2026_07_28_says_the_same_but_for_what_a_bridge_cannot_do(string upstream, string strategies) =>
        SaysTheSameAsync("2026-07-28", upstream, strategies);

    /// <summary>The gateway as a client of the suite's own servers, for an official client of either era behind it.</summary>
    [Theory(Timeout = 300_000)]
    [InlineData("2025-11-25", "legacy", "round_robin,none")]
    [InlineData("2025-11-25", "modern", "round_robin")]
    [InlineData("2026-07-28", "legacy", "round_robin")]
    [InlineData("2026-07-28", "modern", "round_robin,none")]
    public Task The_suites_servers_see_of_a_client_through_the_gateway_what_they_see_directly(string requirements, string client, string strategies) =>
        RunAsync("run-clients.mjs", ["--requirements", requirements, "--client", client, "--strategies", strategies], $"clients of {requirements}, {client}");

    private static Task SaysTheSameAsync(string requirements, string upstream, string strategies) =>
        RunAsync("run.mjs", ["--requirements", requirements, "--upstream", upstream, "--strategies", strategies], $"{requirements}, {upstream}");

    private static async Task RunAsync(string script, string[] arguments, string what)
    {
        script = Path.Combine(Repository.Root, "tests", "conformance", script);
        using var workspace = new Workspace();
        var environment = new Dictionary<string, string> { ["EDGE_GATEWAY_BINARY"] = Launch.Published.AsProgram(workspace.Folder) };
        var ran = await NodeProgram.RunAsync("node", [script, .. arguments], environment, TestContext.Current.CancellationToken);

        var output = ran.Output + ran.Errors;
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        if (!Repository.IsCi)
        {
            Assert.SkipWhen(ran.ExitCode == NodeProgram.Unable, output);
        }

        Assert.True(ran.ExitCode == 0, output);
        Figures.Write($"conformance {what}", output.Split('\n')[1].Trim());
    }
}
