using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Lifecycle.Tls;

/// <summary>A certificate with its chain, and its key, as PEM files: what certbot and most other issuers leave behind.</summary>
internal static class TlsFiles
{
    /// <summary>What is wrong with the pair, in words that complete "TLS_CERT_FILE …"; null when it can be served.</summary>
    public static string? Problem(string certificateFile, string keyFile, DateTimeOffset now, out string? warning)
    {
        warning = null;
        foreach (var file in (string[])[certificateFile, keyFile])
        {
            try
            {
                using var readable = File.OpenRead(file);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                return $"names {file}, which cannot be read. Check the path, and that the user the gateway runs as may read it.";
            }
        }

        try
        {
            using var leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            if (now > leaf.NotAfter)
            {
                return $"has expired on {leaf.NotAfter:yyyy-MM-dd}. Renew it.";
            }

            warning = now < leaf.NotBefore ? $"TLS_CERT_FILE is valid from {leaf.NotBefore:yyyy-MM-dd} on only: clients refuse it before." : null;
            return null;
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException)
        {
            return $"and TLS_KEY_FILE are no pair of a certificate and its key, in PEM and without a passphrase. Check {certificateFile} and {keyFile}.";
        }
    }

    /// <summary>Reads what <see cref="Problem"/> found to be right.</summary>
    /// <exception cref="CryptographicException">It has changed since.</exception>
    /// <exception cref="IOException">It is gone since.</exception>
    public static SslStreamCertificateContext Load(string certificateFile, string keyFile)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain, offline: true);
    }

    /// <summary>Whether it is the very certificate of this installation: a verb on the same machine need not ask anybody else.</summary>
    public static bool IsOwn(string certificateFile, X509Certificate? shown)
    {
        try
        {
            using var own = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
            return shown is not null && own.RawDataMemory.Span.SequenceEqual(shown.GetRawCertData());
        }
        catch (Exception unusable) when (unusable is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
