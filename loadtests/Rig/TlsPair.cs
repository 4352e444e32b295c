using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>A certificate for 127.0.0.1 that vouches for itself, and its key, as PEM files.</summary>
internal sealed record TlsPair(string CertificateFile, string KeyFile, string Thumbprint)
{
    /// <summary>Longer than any run, including a clock that is a little off.</summary>
    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    public static TlsPair Make(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow - Validity, DateTimeOffset.UtcNow + Validity);
        var pair = new TlsPair(Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"), certificate.Thumbprint);
        File.WriteAllText(pair.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(pair.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return pair;
    }
}
