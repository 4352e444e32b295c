using System.Text;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>TLS with upstreams: what it trusts, what it asks for that, and that a connection is made once.</summary>
public class TlsTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_used_again()
    {
        using var chain = new CertificateChain(new Uri("http://127.0.0.1/"));
        await using var server = SocketServer.Answering(Ok, chain.Presented(withIntermediate: true));
        using var transport = TestTransport.New(chain.RootPem);
        var request = server.Post(transport);

        for (var call = 0; call < 3; call++)
            Assert.Equal("hi", (await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled)).Body);

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task An_intermediate_the_server_does_not_send_is_not_fetched()
    {
        CertificateChain? offered = null;
        await using var issuer = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            var intermediate = Encoding.Latin1.GetString(offered!.Intermediate);
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {intermediate.Length}\r\n\r\n{intermediate}");
        });
        using var chain = offered = new CertificateChain(issuer.Url);
        await using var server = SocketServer.Answering(Ok, chain.Presented(withIntermediate: false));
        using var transport = TestTransport.New(chain.RootPem);

        var fault = (await Exchange.RunAsync(server.Post(transport), "{}"u8.ToArray(), Cancelled)).Fault;

        Assert.Equal(UpstreamFaultKind.Tls, fault?.Kind);
        Assert.Contains("sends the intermediate certificates", fault!.Message);
        Assert.Equal(0, issuer.Connections);
    }

    [Fact]
    public async Task What_one_server_sent_is_not_taken_for_what_another_should_have_sent()
    {
        using var chain = new CertificateChain(new Uri("http://127.0.0.1/"));
        await using var complete = SocketServer.Answering(Ok, chain.Presented(withIntermediate: true));
        await using var incomplete = SocketServer.Answering(Ok, chain.Presented(withIntermediate: false));
        using var transport = TestTransport.New(chain.RootPem);

        Assert.Equal("hi", (await Exchange.RunAsync(complete.Post(transport), "{}"u8.ToArray(), Cancelled)).Body);

        Assert.Equal(UpstreamFaultKind.Tls, (await Exchange.RunAsync(incomplete.Post(transport), "{}"u8.ToArray(), Cancelled)).Fault?.Kind);
    }
}

[OverStandardHttp]
public sealed class TlsOverStandardTests : TlsTests;
