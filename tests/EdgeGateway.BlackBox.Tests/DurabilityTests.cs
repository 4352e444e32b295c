using System.Net;
using System.Text.Json;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>What was acknowledged is there after the end of the process, however it ended.</summary>
public sealed class DurabilityTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Servers_and_pool_configurations_survive_a_restart_and_kill_9(bool kill)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        string server, token;
        JsonElement config;
        await using (var first = await PublishedGateway.StartAsync(workspace, cancelled))
        {
            server = await first.Api.AddServerAsync("kept", upstream.Url, cancelled);
            (_, config) = await first.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true,"size":3,"min_size":2,"max_size":4}""", cancelled);
            token = first.Token;
            if (kill)
            {
                await first.Process.KillAsync(cancelled);
            }
            else
            {
                Assert.Equal(0, await first.StopAsync(cancelled));
            }
        }

        await using var second = await PublishedGateway.StartAsync(workspace, cancelled);
        using var api = new GatewayApi(second.Url, token);
        var (found, definition) = await api.GetAsync($"/servers/{server}", cancelled);
        var (_, again) = await api.GetAsync($"/servers/{server}/pool/config", cancelled);
        var stats = await api.UntilAsync($"/servers/{server}/pool/stats", body => body.GetProperty("total_sessions").GetInt32() == 3, cancelled);

        Assert.Equal((HttpStatusCode.OK, "kept"), (found, definition.GetProperty("name").GetString()));
        Assert.Equal(config.GetProperty("size").GetInt32(), again.GetProperty("size").GetInt32());
        Assert.Equal(config.GetProperty("pool_id").GetString(), stats.GetProperty("pool_id").GetString());
        Assert.Contains(second.Process.Lines, line => line.Contains("SessionPoolManager initialized with 1 pools", StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task Every_write_acknowledged_before_kill_9_is_there_afterwards()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        var acknowledged = new List<string>();
        await using (var first = await PublishedGateway.StartAsync(workspace, cancelled))
        {
            for (var i = 0; i < 20; i++)
            {
                acknowledged.Add(await first.Api.AddServerAsync($"server-{i}", new Uri("http://127.0.0.1:9/mcp"), cancelled));
            }

            await first.Process.KillAsync(cancelled);
        }

        await using var second = await PublishedGateway.StartAsync(workspace, cancelled);
        foreach (var server in acknowledged)
        {
            var (status, _) = await second.Api.GetAsync($"/servers/{server}", cancelled);
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }
}
