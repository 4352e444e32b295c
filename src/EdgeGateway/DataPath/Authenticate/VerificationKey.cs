using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Configuration;
using Microsoft.IdentityModel.Tokens;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>The key signatures are checked with: the shared secret, or the public key from a PEM file.</summary>
internal static class VerificationKey
{
    /// <summary>RFC 7518, 3.3: RS256 needs 2048 bits.</summary>
    private const int RsaBitsMin = 2048;

    private const string P256 = "1.2.840.10045.3.1.7";

    /// <param name="options">Validated.</param>
    public static SecurityKey Of(GatewayOptions options) => options.JwtAlgorithm == "HS256"
        ? new SymmetricSecurityKey(Encoding.UTF8.GetBytes(options.JwtSecretKey))
        : Load(options.JwtPublicKeyFile!, options.JwtAlgorithm);

    /// <summary>What is wrong with a public key file, to follow the setting's name; null when it can be used.</summary>
    public static string? Problem(string path, string algorithm)
    {
        try
        {
            return Load(path, algorithm) switch
            {
                RsaSecurityKey { KeySize: < RsaBitsMin } rsa => $"({path}) holds an RSA key of {rsa.KeySize} bits; RS256 needs {RsaBitsMin}.",
                ECDsaSecurityKey ec when CurveOf(ec) != P256 => $"({path}) holds a key on another curve; ES256 needs P-256 (prime256v1).",
                _ => null,
            };
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return $"({path}) cannot be read; check the path and who may read it.";
        }
        catch (Exception unfit) when (unfit is ArgumentException or CryptographicException)
        {
            return $"({path}) is no PEM file with a public key for {algorithm} (-----BEGIN PUBLIC KEY-----).";
        }
    }

    private static SecurityKey Load(string path, string algorithm)
    {
        var pem = File.ReadAllText(path);
        if (algorithm == "RS256")
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false));
        }
        using var ec = ECDsa.Create();
        ec.ImportFromPem(pem);
        return new ECDsaSecurityKey(ECDsa.Create(ec.ExportParameters(includePrivateParameters: false)));
    }

    private static string? CurveOf(ECDsaSecurityKey key) => key.ECDsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
}
