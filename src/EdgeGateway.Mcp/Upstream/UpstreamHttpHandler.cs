using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The HTTP client handler for upstreams: it relays, so it adds, follows and remembers nothing of its own.</summary>
public static class UpstreamHttpHandler
{
    /// <summary>A handler for any number of endpoints that trust the same certificates. The caller disposes it.</summary>
    /// <param name="caCertificatePem">Certificates to trust instead of the system's, PEM; null trusts the system's.</param>
    /// <param name="connectTimeout">What DNS, TCP and TLS may take together.</param>
    /// <exception cref="ArgumentException">The PEM text contains no certificate.</exception>
    public static SocketsHttpHandler Create(string? caCertificatePem, TimeSpan connectTimeout) => new()
    {
        AllowAutoRedirect = false, // a redirect could carry credentials elsewhere
        UseCookies = false, // cookies would be shared by all clients
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = connectTimeout,
        MaxConnectionsPerServer = int.MaxValue, // the pool's permits are the limit
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15), // so that a change in DNS is seen
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(200), // an abandoned event stream is cut soon; the rest of a short body still fits
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8, // passed-through values as they came
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust(caCertificatePem) },
    };

    /// <summary>What is trusted, and that nothing else is asked for it.</summary>
    /// <param name="caCertificatePem">Certificates to trust instead of the system's, PEM; null trusts the system's.</param>
    /// <exception cref="ArgumentException">The PEM text contains no certificate.</exception>
    internal static X509ChainPolicy Trust(string? caCertificatePem)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck, // as SslStream does by default; private CAs rarely publish lists

            // An intermediate the server did not send would be fetched, from where its certificate says, while a thread that serves other
            // connections waits for it.
            DisableCertificateDownloads = true,
        };
        if (caCertificatePem is null)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.ImportFromPem(caCertificatePem);
        return policy.CustomTrustStore.Count == 0
            ? throw new ArgumentException("The CA certificate contains no PEM block of type CERTIFICATE.", nameof(caCertificatePem))
            : policy;
    }
}
