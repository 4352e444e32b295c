using System.Net;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle.Tls;
using EdgeGateway.Tests.DataPath;
using EdgeGateway.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.Tls;

/// <summary>The gateway speaks https with the pair it is given, and with the next one without a restart.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private PemPair Pair => new(_folder.Path);

    [Fact(Timeout = 60_000)]
    public async Task A_renewed_certificate_is_served_after_a_reload_and_a_broken_one_is_not()
    {
        var first = Pair.Renew();
        await using var gateway = await TestGateway.StartAsync(o => o with { TlsCertFile = Pair.CertificateFile, TlsKeyFile = Pair.KeyFile });
        Assert.Equal("https", gateway.Url.Scheme);
        Assert.Equal(first, await ServedAsync(gateway));

        var second = Pair.Renew();
        await ReloadAsync(gateway);
        Assert.Equal(second, await ServedAsync(gateway));

        await File.WriteAllTextAsync(Pair.KeyFile, "-----BEGIN PRIVATE KEY-----\nhalf", Cancelled);
        await ReloadAsync(gateway);
        Assert.Equal(second, await ServedAsync(gateway));
    }

    [Fact]
    public void The_files_are_looked_at_every_ten_seconds()
    {
        Pair.Renew();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = new GatewayOptions { DataFolder = "", JwtSecretKey = "", TlsCertFile = Pair.CertificateFile, TlsKeyFile = Pair.KeyFile };
        using var served = new ServedCertificate(options, clock, NullLogger<ServedCertificate>.Instance);
        var before = served.Current;
        var renewed = Pair.Renew();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Same(before, served.Current);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(renewed, served.Current.ServerCertificateContext!.TargetCertificate.Thumbprint);
    }

    [Fact]
    public void A_link_on_the_way_may_be_replaced_and_the_files_may_be_gone_for_a_while()
    {
        // As Kubernetes and others renew: the path stays, a folder behind it is another.
        var (old, next) = (Version("1"), Version("2"));
        var link = Path.Combine(_folder.Path, "current");
        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(old.CertificateFile)!);
        var linked = new PemPair(link);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = new GatewayOptions { DataFolder = "", JwtSecretKey = "", TlsCertFile = linked.CertificateFile, TlsKeyFile = linked.KeyFile };
        using var served = new ServedCertificate(options, clock, NullLogger<ServedCertificate>.Instance);
        var before = served.Current;

        Directory.Delete(link);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Same(before, served.Current);

        Directory.CreateSymbolicLink(link, Path.GetDirectoryName(next.CertificateFile)!);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.NotEqual(before.ServerCertificateContext!.TargetCertificate.Thumbprint, served.Current.ServerCertificateContext!.TargetCertificate.Thumbprint);

        PemPair Version(string name)
        {
            var pair = new PemPair(Directory.CreateDirectory(Path.Combine(_folder.Path, name)).FullName);
            pair.Renew();
            return pair;
        }
    }

    [Fact]
    public void What_cannot_be_served_is_said_in_a_sentence()
    {
        var pair = Pair;
        Assert.Contains("cannot be read", TlsFiles.Problem(pair.CertificateFile, pair.KeyFile, DateTimeOffset.UtcNow, out _), StringComparison.Ordinal);
        pair.Renew(notAfter: DateTimeOffset.UtcNow.AddDays(-1));
        Assert.StartsWith("has expired", TlsFiles.Problem(pair.CertificateFile, pair.KeyFile, DateTimeOffset.UtcNow, out _), StringComparison.Ordinal);
        pair.Renew();
        Assert.Null(TlsFiles.Problem(pair.CertificateFile, pair.KeyFile, DateTimeOffset.UtcNow, out var warning));
        Assert.Null(warning);
        var other = Directory.CreateDirectory(Path.Combine(_folder.Path, "other")).FullName;
        new PemPair(other).Renew();
        Assert.Contains("no pair", TlsFiles.Problem(pair.CertificateFile, Path.Combine(other, "privkey.pem"), DateTimeOffset.UtcNow, out _), StringComparison.Ordinal);
        Assert.Null(TlsFiles.Problem(pair.CertificateFile, pair.KeyFile, DateTimeOffset.UtcNow.AddDays(-60), out var early));
        Assert.Contains("is valid from", early, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ReloadAsync(TestGateway gateway)
    {
        using var http = Client(_ => { });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Url, "/reload"));
        request.Headers.Authorization = new("Bearer", gateway.Token("admin", admin: true));
        using var answer = await http.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<string> ServedAsync(TestGateway gateway)
    {
        var shown = "";
        using var http = Client(certificate => shown = certificate.Thumbprint);
        using var answer = await http.GetAsync(new Uri(gateway.Url, "/health"), Cancelled);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return shown;
    }

    /// <summary>A connection of its own each time: only those that are new get a new certificate.</summary>
    private static HttpClient Client(Action<X509Certificate2> saw) => new(new SocketsHttpHandler
    {
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                saw((X509Certificate2)certificate!);
                return certificate!.Subject == "CN=127.0.0.1";
            },
        },
    });
}
