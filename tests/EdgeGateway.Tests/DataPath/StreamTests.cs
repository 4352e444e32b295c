using System.Text;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Streams: the server's own (GET), and what a client's leaving does to them.</summary>
public sealed class StreamTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Updates_reach_the_subscriber_and_nobody_else()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var ada = await gateway.Raw(server, "ada").InitializeAsync();
        using var bob = await gateway.Raw(server, "bob").InitializeAsync();
        using var adas = new StreamReader(await OpenAsync(ada), Encoding.UTF8);
        using var bobs = new StreamReader(await OpenAsync(bob), Encoding.UTF8);
        using (await ada.PostAsync("""{"jsonrpc":"2.0","id":5,"method":"resources/subscribe","params":{"uri":"test://counter"}}"""))
        {
        }

        await bob.CallAsync("touch", """{"uri":"test://counter"}""");
        Assert.Contains("test://counter", await NextDataAsync(adas), StringComparison.Ordinal);

        // What everybody gets is the first thing bob hears: the update was not for him.
        await ada.CallAsync("announce", """{"what":"tools"}""");
        Assert.Contains("list_changed", await NextDataAsync(bobs), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task DELETE_ends_the_stream_and_the_upstream_session()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using var stream = new StreamReader(await OpenAsync(client), Encoding.UTF8);

        using var ended = await client.SendAsync(HttpMethod.Delete, null);

        await stream.ReadToEndAsync(Cancelled);
        await upstream.Recorded.WhenSeenAsync("DELETE", 1, Cancelled);
        Assert.Equal(0, gateway.Stats(server).Bound);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_legacy_client_that_disconnects_has_not_cancelled()
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        using var http = gateway.Client(gateway.Token("ada"));
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/servers/{server}/mcp");
        request.Headers.Add("Mcp-Session-Id", client.SessionId);
        request.Content = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{}}}""", null, "application/json");
        var call = http.SendAsync(request, leaves.Token);
        await upstream.Gate.WhenWaitingAsync(1, Cancelled);

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("1", await client.TextOfAsync("counter_increment"));
        Assert.Equal(1, gateway.Stats(server).InFlight);

        upstream.Gate.Open();
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
        Assert.Equal(0, upstream.Recorded.Count("notifications/cancelled"));
        Assert.Equal("2", await client.TextOfAsync("counter_increment"));
    }

    private static async Task<Stream> OpenAsync(RawClient client)
    {
        var response = await client.SendAsync(HttpMethod.Get, null);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStreamAsync(Cancelled);
    }

    private static async Task<string> NextDataAsync(StreamReader stream)
    {
        while (await stream.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal) && line.Length > 6)
            {
                return line;
            }
        }

        throw new EndOfStreamException("the stream ended without an event");
    }
}
