using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The official Inspector as a client of either era, before the published binary, before servers of one era each.</summary>
[Collection(nameof(SuitePackages))]
public sealed class InspectorTests(SuitePackages packages)
{
    private const string Legacy = "legacy";
    private const string Modern = "modern";

    private static readonly InspectorCall SimpleText = new("test_simple_text", "{}", "This is a simple text response for testing.");
    private static readonly InspectorCall Echo = new("echo", """{"message":"grüß dich, \"Welt\" 𝄞"}""", "Echo: grüß dich, \"Welt\" 𝄞");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData(Legacy, "legacy")]
    [InlineData(Legacy, "modern")]
    [InlineData(Legacy, "everything")]
    [InlineData(Modern, "legacy")]
    [InlineData(Modern, "modern")]
    [InlineData(Modern, "everything")]
    public async Task A_client_of_either_era_lists_and_calls_whatever_the_server_speaks(string era, string upstream)
    {
        await using var stage = await Stage.SetAsync(packages, upstream, Cancelled);
        var inspector = new Inspector(packages, stage);
        var serversEra = upstream == "modern" ? Modern : Legacy;
        var call = upstream == "everything" ? Echo : SimpleText;

        var direct = await inspector.ListAsync(stage.Server.Url, serversEra, Cancelled);
        var through = await inspector.ListAsync(stage.Url, era, Cancelled);

        Assert.Contains(call.Tool, through);
        Assert.Equal(direct, through);
        Assert.Equal(call.Answer, await inspector.CallAsync(stage.Url, era, call, Cancelled));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_modern_client_calls_server_everything_through_the_gateway_and_cannot_without_it()
    {
        await using var stage = await Stage.SetAsync(packages, "everything", Cancelled);
        var inspector = new Inspector(packages, stage);

        var direct = await inspector.TryCallAsync(stage.Server.Url, Modern, Echo, Cancelled);
        var through = await inspector.TryCallAsync(stage.Url, Modern, Echo, Cancelled);

        Assert.Equal((1, ""), (direct.ExitCode, direct.Output));
        Assert.Contains("the server did not offer pinned protocol version 2026-07-28", direct.Errors, StringComparison.Ordinal);
        Assert.Equal(Echo.Answer, Inspector.Text(through));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_legacy_client_calls_a_modern_server_through_the_gateway_and_cannot_without_it()
    {
        await using var stage = await Stage.SetAsync(packages, "modern", Cancelled);
        var inspector = new Inspector(packages, stage);

        var direct = await inspector.TryCallAsync(stage.Server.Url, Legacy, SimpleText, Cancelled);
        var through = await inspector.TryCallAsync(stage.Url, Legacy, SimpleText, Cancelled);

        Assert.Equal((1, ""), (direct.ExitCode, direct.Output));
        Assert.Contains("Unsupported protocol version: 2025-11-25", direct.Errors, StringComparison.Ordinal);
        Assert.Equal(SimpleText.Answer, Inspector.Text(through));
    }
}
