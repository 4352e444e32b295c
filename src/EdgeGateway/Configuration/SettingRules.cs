using System.Text;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.Lifecycle.Tls;

namespace EdgeGateway.Configuration;

/// <summary>Rules that look at more than one setting, or at the machine.</summary>
internal static class SettingRules
{
    /// <summary>HS256 needs a key as long as its hash (RFC 7518, 3.2).</summary>
    public const int SecretBytesMin = 32;

    public static void Check(GatewayOptions options, IReadOnlyList<EffectiveSetting> values, List<string> errors, List<string> warnings)
    {
        CheckSecret(options, errors);
        CheckPublicKey(options, values, errors);
        CheckTls(options, errors, warnings);
        CheckExposure(options, errors, warnings);
        if (options is { AuthorizationServers.Count: > 0, PublicUrl: null })
        {
            errors.Add("OAUTH_AUTHORIZATION_SERVERS is set without PUBLIC_URL; set PUBLIC_URL to the address clients reach the gateway under.");
        }
    }

    private static void CheckSecret(GatewayOptions options, List<string> errors)
    {
        var bytes = Encoding.UTF8.GetByteCount(options.JwtSecretKey);
        if (options.JwtAlgorithm == "HS256" && bytes is > 0 and < SecretBytesMin)
        {
            errors.Add($"JWT_SECRET_KEY is {bytes} bytes; HS256 needs {SecretBytesMin}. Create one: edge-gateway token secret");
        }
    }

    private static void CheckPublicKey(GatewayOptions options, IReadOnlyList<EffectiveSetting> values, List<string> errors)
    {
        // A wrong JWT_ALGORITHM has its own message; what follows from it would only be noise.
        if (values.Any(value => value.Setting.Variable == "JWT_ALGORITHM"
            && !string.Equals(value.Text, options.JwtAlgorithm, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }
        if (options.JwtAlgorithm == "HS256")
        {
            if (options.JwtPublicKeyFile is not null)
            {
                errors.Add("JWT_PUBLIC_KEY_FILE is set, but JWT_ALGORITHM is HS256; set JWT_ALGORITHM to RS256 or ES256, or remove the file setting.");
            }
        }
        else if (options.JwtPublicKeyFile is null)
        {
            errors.Add($"JWT_ALGORITHM is {options.JwtAlgorithm}, which needs JWT_PUBLIC_KEY_FILE: the PEM file with the public key.");
        }
        else if (VerificationKey.Problem(options.JwtPublicKeyFile, options.JwtAlgorithm) is { } problem)
        {
            errors.Add($"JWT_PUBLIC_KEY_FILE {problem}");
        }
    }

    private static void CheckTls(GatewayOptions options, List<string> errors, List<string> warnings)
    {
        switch (options.TlsCertFile, options.TlsKeyFile)
        {
            case (null, null):
                return;
            case ({ } certificate, { } key):
                if (TlsFiles.Problem(certificate, key, DateTimeOffset.UtcNow, out var warning) is { } problem)
                {
                    errors.Add($"TLS_CERT_FILE {problem}");
                }
                else if (warning is not null)
                {
                    warnings.Add(warning);
                }

                return;
            default:
                errors.Add(options.TlsKeyFile is null
                    ? "TLS_CERT_FILE is set without TLS_KEY_FILE; set it to the PEM file with the certificate's key."
                    : "TLS_KEY_FILE is set without TLS_CERT_FILE; set it to the PEM file with the certificate.");
                return;
        }
    }

    private static void CheckExposure(GatewayOptions options, List<string> errors, List<string> warnings)
    {
        if (!ListenAddress.TryParse(options.Host, out var listen) || listen.IsLoopback)
        {
            return;
        }
        if (!options.AuthRequired)
        {
            errors.Add($"AUTH_REQUIRED is false while HOST is {options.Host}: anybody who reaches this machine would be admin. Set HOST to 127.0.0.1, or AUTH_REQUIRED to true.");
        }
        else if (listen.IsWildcard && !options.HasTls && !options.BehindProxy)
        {
            warnings.Add($"Listening on every interface ({options.Host}) without TLS: tokens cross the network readable. Set TLS_CERT_FILE and TLS_KEY_FILE; or put a TLS proxy in front and set BEHIND_PROXY=true; or set HOST to 127.0.0.1.");
        }
    }
}
