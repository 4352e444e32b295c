using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Tests.Tls;

/// <summary>A certificate for 127.0.0.1 and its key, as an issuer's client leaves them: two PEM files in a folder.</summary>
internal sealed class PemPair(string folder)
{
    public string CertificateFile { get; } = Path.Combine(folder, "fullchain.pem");

    public string KeyFile { get; } = Path.Combine(folder, "privkey.pem");

    /// <summary>Writes a new pair over the old one.</summary>
    /// <returns>Its thumbprint.</returns>
    public string Renew(DateTimeOffset? notAfter = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var end = notAfter ?? DateTimeOffset.UtcNow.AddDays(30);
        using var certificate = request.CreateSelfSigned(end.AddDays(-60), end);
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        return certificate.Thumbprint;
    }
}
