using System.Text;
using System.Text.RegularExpressions;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.Upstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>
/// The official C# SDK's client across the eras, and modern on both sides: it sees through the gateway what one of the server's era
/// sees directly. Legacy on both sides is what <see cref="RelayTests"/> does.
/// </summary>
[Collection(nameof(SuitePackages))]
public sealed partial class CSharpClientTests(SuitePackages packages)
{
    /// <summary>What both eras have words for: not ping, setLevel and subscribe, which the newer one dropped.</summary>
    private static readonly string[] Scenarios =
        ["lists", "lists of a client without capabilities", "call", "progress", "sampling", "elicitation", "roots", "resources", "prompts"];

    [Theory(Timeout = 120_000)]
    [InlineData("2026-07-28", "legacy", "2025-11-25")]
    [InlineData("2026-07-28", "everything", "2025-11-25")]
    [InlineData("2025-11-25", "modern", "2026-07-28")]
    [InlineData("2026-07-28", "modern", "2026-07-28")]
    public async Task A_client_sees_through_the_gateway_what_one_of_the_servers_era_sees_directly(string spoken, string upstream, string native)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var stage = await Stage.SetAsync(packages, upstream, cancelled);
        var dialect = upstream == "everything" ? Dialect.ServerEverything : Dialect.Fixtures;

        var direct = await SeeAsync(new McpTarget(stage.Server.Url, dialect) { ProtocolVersion = native }, cancelled);
        var through = await SeeAsync(McpTarget.WithToken(stage.Url, dialect, stage.Token) with { ProtocolVersion = spoken }, cancelled);

        Assert.Equal(direct, through);
    }

    private static async Task<string> SeeAsync(McpTarget target, CancellationToken cancellationToken)
    {
        var seen = new StringBuilder();

        // Asked out of the blue, on the stream of a session, which a client of the newer revision has not.
        foreach (var scenario in Scenarios.Where(scenario => scenario != "roots" || !target.Dialect.AsksForRootsUnbidden))
        {
            seen.AppendLine(scenario).AppendLine(await SdkScenarios.All[scenario](target, cancellationToken));
        }

        return Additions().Replace(seen.ToString(), "");
    }

    /// <summary>What every result of the newer revision carries beside its content, and those of older ones do not.</summary>
    [GeneratedRegex("""
        ,"_meta":\{"io\.modelcontextprotocol/serverInfo":\{[^}]*\}\}|,"resultType":"complete"|,"ttlMs":\d+,"cacheScope":"\w+"
        """)]
    private static partial Regex Additions();
}
