using System.Net;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>SIGTERM: finish what runs, close what is open upstream, exit 0.</summary>
public sealed class SignalTests
{
    [Fact(Timeout = 120_000)]
    public async Task SIGTERM_lets_a_running_call_finish_and_exits_0()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("slow", upstream.Url, cancelled);
        await gateway.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);
        var call = gateway.Api.PostAsync(
            $"/servers/{server}/rpc", """{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"slow"}}""", cancelled);
        await upstream.Gate.WhenWaitingAsync(1, cancelled);

        gateway.Process.Signal(GatewayProcess.Term);
        await gateway.Process.WhenSaidAsync("Draining", cancelled);
        upstream.Gate.Open();
        var (status, body) = await call;

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(body.TryGetProperty("result", out _), body.ToString());
        Assert.Equal(0, await gateway.Process.EndAsync(cancelled));
        Assert.Equal(0, upstream.OpenSessions);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_second_SIGTERM_ends_at_once()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.With("SESSION_POOL_ENABLED=true", "DRAIN_TIMEOUT=3600");
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var server = await gateway.Api.AddServerAsync("slow", upstream.Url, cancelled);
        var call = gateway.Api.PostAsync(
            $"/servers/{server}/rpc", """{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"slow"}}""", cancelled);
        await upstream.Gate.WhenWaitingAsync(1, cancelled);

        gateway.Process.Signal(GatewayProcess.Term);
        await gateway.Process.WhenSaidAsync("Draining", cancelled);
        gateway.Process.Signal(GatewayProcess.Term);

        await gateway.Process.EndAsync(cancelled);
        await Assert.ThrowsAnyAsync<Exception>(() => call);
    }
}
