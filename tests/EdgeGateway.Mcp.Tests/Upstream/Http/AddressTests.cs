using System.Net;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>Where a URL leads.</summary>
public sealed class AddressTests : IDisposable
{
    private readonly LeanTransport _transport = TestTransport.NewLean();

    public void Dispose() => _transport.Dispose();

    [Fact]
    public Task An_address_of_IPv6_is_connected_to_and_named_in_brackets() => AssertReachedAsync(IPAddress.IPv6Loopback, "[::1]");

    /// <summary>Where the name has an address of IPv6 too, nobody listens there: all that a name has are tried.</summary>
    [Fact]
    public Task A_name_is_connected_to_where_somebody_listens() => AssertReachedAsync(IPAddress.Loopback, "localhost");

    private async Task AssertReachedAsync(IPAddress listens, string host)
    {
        var received = new TaskCompletionSource<string>();
        await using var server = new SocketServer(
            async (peer, _) =>
            {
                received.SetResult(await peer.ReceiveSomeAsync());
                await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            },
            address: listens);
        var request = _transport.Prepare(new HttpHead(HttpMethod.Get, new Uri($"http://{host}:{server.Url.Port}/mcp"), []));

        var answer = await Exchange.RunAsync(request, default, TestContext.Current.CancellationToken);

        Assert.Equal(("hi", null), (answer.Body, answer.Fault));
        Assert.StartsWith($"GET /mcp HTTP/1.1\r\nHost: {host}:{server.Url.Port}\r\n", await received.Task);
    }
}
