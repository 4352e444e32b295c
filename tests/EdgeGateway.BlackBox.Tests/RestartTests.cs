using System.Net.Http.Headers;
using System.Text;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>A client does not notice that the gateway's process was another one for a while.</summary>
public sealed class RestartTests
{
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_session_and_its_state_survive_SIGTERM_and_kill_9(bool kill)
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: cancelled);
        using var workspace = Workspace.WithPooling();
        string server, token, session;
        await using (var first = await PublishedGateway.StartAsync(workspace, cancelled))
        {
            (server, token) = (await first.Api.AddServerAsync("kept", upstream.Url, cancelled), first.Token);
            await first.Api.PutAsync($"/servers/{server}/pool/config", """{"enabled":true}""", cancelled);
            (session, _) = await PostAsync(first.Url, server, token, null,
                """{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""", cancelled);
            Assert.Contains("\"1\"", (await PostAsync(first.Url, server, token, session, Count, cancelled)).Body, StringComparison.Ordinal);
            if (kill)
            {
                await first.Process.KillAsync(cancelled);
            }
            else
            {
                Assert.Equal(0, await first.StopAsync(cancelled));
                Assert.Equal(1, upstream.OpenSessions);
            }
        }

        await using var second = await PublishedGateway.StartAsync(workspace, cancelled);

        Assert.Contains("\"2\"", (await PostAsync(second.Url, server, token, session, Count, cancelled)).Body, StringComparison.Ordinal);
    }

    private const string Count = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"counter_increment","arguments":{}}}""";

    private static async Task<(string Session, string Body)> PostAsync(Uri gateway, string server, string token, string? session, string message, CancellationToken cancelled)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, $"/servers/{server}/mcp")) { Content = new StringContent(message, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.TryAddWithoutValidation("Accept", "application/json, text/event-stream");
        request.Headers.TryAddWithoutValidation("Mcp-Session-Id", session);
        using var response = await http.SendAsync(request, cancelled);
        var body = await response.Content.ReadAsStringAsync(cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {body}");
        return (session ?? response.Headers.GetValues("Mcp-Session-Id").Single(), body);
    }
}
