using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>What goes wrong before an upstream has answered, and the handler that connects.</summary>
public class ConnectionTests
{
    public static TheoryData<Exception, UpstreamFaultKind> Failures => new()
    {
        { new HttpRequestException(HttpRequestError.NameResolutionError), UpstreamFaultKind.Dns },
        { new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)SocketError.TryAgain)), UpstreamFaultKind.Dns },
        { new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)SocketError.ConnectionRefused)), UpstreamFaultKind.Refused },
        { new HttpRequestException(HttpRequestError.ConnectionError, null, new SocketException((int)SocketError.NetworkUnreachable)), UpstreamFaultKind.Refused },
        { new TaskCanceledException("connect", new TimeoutException()), UpstreamFaultKind.Refused },
        { new HttpRequestException(HttpRequestError.SecureConnectionError), UpstreamFaultKind.Tls },
        { new HttpRequestException(HttpRequestError.ResponseEnded), UpstreamFaultKind.ConnectionLost },
        { new HttpRequestException(HttpRequestError.HttpProtocolError), UpstreamFaultKind.ConnectionLost },
        { new HttpRequestException("sending failed", new IOException()), UpstreamFaultKind.ConnectionLost },
        { new IOException(), UpstreamFaultKind.ConnectionLost },
        { new HttpRequestException(HttpRequestError.InvalidResponse), UpstreamFaultKind.Protocol },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Every_failure_to_send_is_a_fault_that_says_what_to_do(Exception failure, UpstreamFaultKind kind)
    {
        using var http = new HandlerTransport(new HttpMessageInvoker(new FailingHandler(failure)));
        var connector = new StreamableHttpConnector(http, new Uri("http://upstream.test/"), [], TimeProvider.System);

        var fault = (await Assert.ThrowsAsync<UpstreamException>(async () => await connector.ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken))).Fault;

        Assert.Equal(kind, fault.Kind);
        Assert.Same(failure, fault.Cause);
        Assert.Contains("; ", fault.Message);
    }

    [Fact]
    public async Task A_mistake_of_ours_is_not_blamed_on_the_network()
    {
        using var http = new HandlerTransport(new HttpMessageInvoker(new FailingHandler(new InvalidOperationException("bug"))));
        var connector = new StreamableHttpConnector(http, new Uri("http://upstream.test/"), [], TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connector.ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Nobody_listening_is_refused()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp); // bound, not listening
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(UpstreamFaultKind.Refused, (await ConnectAsync(new Uri($"http://{taken.LocalEndPoint}/"), null)).Kind);
    }

    [Fact]
    public async Task An_answer_that_is_not_HTTP_is_a_protocol_fault()
    {
        await using var upstream = new RawUpstream("SSH-2.0-OpenSSH_9.2\r\n\r\n"u8.ToArray());

        Assert.Equal(UpstreamFaultKind.Protocol, (await ConnectAsync(upstream.Url, null)).Kind);
    }

    [Fact]
    public async Task Only_the_certificates_given_are_trusted()
    {
        using var authority = Certificate("CN=Private CA", null);
        using var other = Certificate("CN=Other CA", null);
        using var server = Certificate("CN=upstream", authority);
        await using var upstream = await ScriptedUpstream.StartAsync(
            (context, received) => received.Body.Contains("\"initialize\"")
                ? context.AnswerAsync(200, "application/json", ScriptedUpstream.InitializeResult("2025-06-18"))
                : context.AnswerAsync(202),
            server);

        using var trusting = TestTransport.New(other.ExportCertificatePem() + "\n" + authority.ExportCertificatePem());
        var session = await new StreamableHttpConnector(trusting, upstream.Url, [], TimeProvider.System)
            .ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken);
        Assert.Equal("2025-06-18", session.ProtocolVersion);

        Assert.Equal(UpstreamFaultKind.Tls, (await ConnectAsync(upstream.Url, null)).Kind);
        Assert.Equal(UpstreamFaultKind.Tls, (await ConnectAsync(upstream.Url, other.ExportCertificatePem())).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a certificate")]
    public void A_CA_without_a_certificate_is_refused_at_once(string pem) =>
        Assert.Throws<ArgumentException>(() => TestTransport.New(pem));

    [Fact]
    public void The_handler_adds_follows_and_remembers_nothing()
    {
        using var handler = UpstreamHttpHandler.Create(null, TimeSpan.FromSeconds(3));

        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.False(handler.UseProxy);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Equal(int.MaxValue, handler.MaxConnectionsPerServer);
        Assert.Equal(TimeSpan.FromMinutes(15), handler.PooledConnectionLifetime);
        Assert.True(handler.EnableMultipleHttp2Connections);
        Assert.Equal(TimeSpan.FromSeconds(3), handler.ConnectTimeout);
    }

    private static async Task<UpstreamFault> ConnectAsync(Uri url, string? caCertificatePem)
    {
        using var http = TestTransport.New(caCertificatePem);
        var connector = new StreamableHttpConnector(http, url, [], TimeProvider.System);
        return (await Assert.ThrowsAsync<UpstreamException>(async () => await connector.ConnectAsync(new Handshake("2025-11-25", "{}", []), TestContext.Current.CancellationToken))).Fault;
    }

    private static X509Certificate2 Certificate(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, critical: true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        if (issuer is null)
            return request.CreateSelfSigned(now.AddDays(-2), now.AddDays(2));
        using var signed = request.Create(issuer, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private sealed class FailingHandler(Exception failure) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromException<HttpResponseMessage>(failure);
    }
}
