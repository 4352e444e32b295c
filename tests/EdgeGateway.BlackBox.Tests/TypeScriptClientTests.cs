using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>
/// The clients of the official TypeScript SDK, both versions, in each era they speak: tests/conformance/clients/talk.mjs connects,
/// lists, calls, and answers a question.
/// </summary>
[Collection(nameof(SuitePackages))]
public sealed class TypeScriptClientTests(SuitePackages packages)
{
    [Theory(Timeout = 120_000)]
    [InlineData("1", "legacy", "legacy")]
    [InlineData("1", "legacy", "modern")]
    [InlineData("2", "legacy", "legacy")]
    [InlineData("2", "legacy", "modern")]
    [InlineData("2", "modern", "legacy")]
    [InlineData("2", "modern", "modern")]
    public async Task A_client_sees_through_the_gateway_what_one_of_the_servers_era_sees_directly(string sdk, string era, string upstream)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var stage = await Stage.SetAsync(packages, upstream, cancelled);
        async Task<string> TalkAsync(Uri url, string version, string spoken)
        {
            string[] arguments = [SuitePackages.Script("clients", "talk.mjs"), url.AbsoluteUri, "--sdk", version, "--era", spoken];
            var ran = await NodeProgram.RunAsync(packages.Node, arguments, new Dictionary<string, string> { ["MCP_TOKEN"] = stage.Token }, cancelled);
            return ran.ExitCode == 0 ? ran.Output : throw new InvalidOperationException($"talk.mjs ended with {ran.ExitCode}: {ran.Errors}");
        }

        var direct = await TalkAsync(stage.Server.Url, "2", upstream);
        var through = await TalkAsync(stage.Url, sdk, era);

        Assert.Contains("""User response: action=accept, content={\"username\":\"ada\",\"email\":\"ada@example.com\"}""", through, StringComparison.Ordinal);
        Assert.Equal(direct, through);
    }
}
