using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>A root, an intermediate it signed, and a server's certificate for 127.0.0.1 that the intermediate signed.</summary>
internal sealed class CertificateChain : IDisposable
{
    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private readonly X509Certificate2 _server;

    /// <param name="issuerUrl">Where the server's certificate says that the intermediate can be had.</param>
    public CertificateChain(Uri issuerUrl)
    {
        var unique = Guid.NewGuid(); // a platform that fetches an intermediate keeps it, and finds it by its name
        _root = Make($"CN=Root {unique}", null, []);
        _intermediate = Make($"CN=Intermediate {unique}", _root, []);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        _server = Make("CN=server", _intermediate, [names.Build(), new X509AuthorityInformationAccessExtension(null, [issuerUrl.ToString()])], isAuthority: false);
    }

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>The intermediate, as it would be fetched.</summary>
    public byte[] Intermediate => _intermediate.RawData;

    /// <summary>What a server presents.</summary>
    /// <param name="withIntermediate">As it should.</param>
    public SslServerAuthenticationOptions Presented(bool withIntermediate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(_server, withIntermediate ? [_intermediate] : null, offline: true),
    };

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _server.Dispose();
    }

    private X509Certificate2 Make(string name, X509Certificate2? issuer, IReadOnlyList<X509Extension> extensions, bool isAuthority = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        if (issuer is null)
            return request.CreateSelfSigned(_now.AddDays(-2), _now.AddDays(2));
        using var signed = request.Create(issuer, _now.AddDays(-1), _now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
