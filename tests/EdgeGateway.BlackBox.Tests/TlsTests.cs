using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.Tls;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>https by the published binary itself.</summary>
public sealed class TlsTests
{
    [Fact(Timeout = 120_000)]
    public async Task It_answers_over_TLS_speaks_http2_and_its_own_verbs_find_it()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        var pair = new PemPair(workspace.Folder);
        var thumbprint = pair.Renew();
        await File.WriteAllLinesAsync(workspace.EnvFile, [$"TLS_CERT_FILE={pair.CertificateFile}", $"TLS_KEY_FILE={pair.KeyFile}"], cancelled);
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);

        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => ((X509Certificate2)shown!).Thumbprint == thumbprint },
        })
        {
            DefaultRequestVersion = HttpVersion.Version20,
        };
        using var answer = await http.GetAsync(new Uri(gateway.Url, "/health/ready"), cancelled);

        Assert.Equal("https", gateway.Url.Scheme);
        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        var port = gateway.Url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["healthcheck", "--port", port], cancelled);
        Assert.True(exitCode == 0, text);
    }

    [Fact(Timeout = 120_000)]
    public async Task Files_that_are_no_pair_are_refused_in_a_sentence()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var workspace = new Workspace();
        var pair = new PemPair(workspace.Folder);
        pair.Renew();
        await File.WriteAllTextAsync(pair.KeyFile, "no key", cancelled);

        var (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["--tls-cert-file", pair.CertificateFile, "--tls-key-file", pair.KeyFile], cancelled);
        Assert.Equal(2, exitCode);
        Assert.Contains("TLS_CERT_FILE and TLS_KEY_FILE are no pair", text, StringComparison.Ordinal);

        (exitCode, _, text) = await GatewayProcess.RunAsync(workspace, ["--tls-cert-file", pair.CertificateFile], cancelled);
        Assert.Equal(2, exitCode);
        Assert.Contains("set it to the PEM file with the certificate's key", text, StringComparison.Ordinal);
    }
}
