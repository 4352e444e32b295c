using System.Net;
using System.Text.Json;
using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>The token verbs, and what the tokens they make may do.</summary>
public sealed class TokenTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_secret_is_at_least_32_bytes_and_never_the_same()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();

        var (exitCode, first, _) = await GatewayProcess.RunAsync(workspace, ["token", "secret"], cancelled);
        var (_, second, _) = await GatewayProcess.RunAsync(workspace, ["token", "secret"], cancelled);

        Assert.Equal(0, exitCode);
        Assert.InRange(first.Trim().Length, 32, 256);
        Assert.NotEqual(first, second);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_is_what_inspect_says_it_is()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        var token = await PublishedGateway.MintAsync(workspace, cancelled, "ada", admin: false);

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["token", "inspect", token], cancelled);

        Assert.Equal(0, exitCode);
        Assert.Contains("ada", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_running_gateway_takes_its_own_tokens_asks_for_one_and_keeps_users_from_writing()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        using var user = new GatewayApi(gateway.Url, await PublishedGateway.MintAsync(workspace, cancelled, "ada", admin: false));
        using var nobody = new GatewayApi(gateway.Url, "not-a-token");

        var (adminReads, _) = await gateway.Api.GetAsync("/servers", cancelled);
        var (userReads, _) = await user.GetAsync("/servers", cancelled);
        var (userWrites, problem) = await user.PostAsync("/servers", """{"name":"x","url":"http://127.0.0.1:9/mcp"}""", cancelled);
        var (nobodyReads, _) = await nobody.GetAsync("/servers", cancelled);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (adminReads, userReads));
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized), (userWrites, nobodyReads));
        Assert.Equal(JsonValueKind.String, problem.GetProperty("title").ValueKind);
    }
}
