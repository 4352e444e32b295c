using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.Configuration;

namespace EdgeGateway.Lifecycle;

/// <summary>Makes what a new installation lacks (data folder, secret, key) and completes the options with it. Harmless to repeat.</summary>
internal static class FirstRun
{
    public const string SecretFileName = "jwt.secret";

    public const string KeyFileName = "gateway.key";

    /// <summary>Where an operator leaves the old key when it is to be changed: mv gateway.key gateway.key.previous.</summary>
    public const string PreviousKeyFileName = "gateway.key.previous";

    private const int KeyBytes = 32;

    /// <param name="options">As read; data folder and secret may be empty.</param>
    /// <param name="folder">From <see cref="DataFolder.Resolve"/>.</param>
    /// <exception cref="BootException">The folder or a file in it cannot be used.</exception>
    public static GatewayOptions Complete(GatewayOptions options, string folder)
    {
        DataFolder.Prepare(folder);
        var ownSecret = options.JwtSecretKey.Length == 0 && options.JwtAlgorithm == "HS256";
        return options with
        {
            DataFolder = folder,
            JwtSecretKey = ownSecret ? ReadSecret(folder) : options.JwtSecretKey,
            GatewayKey = ReadKey(folder),
            PreviousGatewayKey = ReadPreviousKey(folder),
        };
    }

    /// <summary>The key the options carry; from the data folder where they were not completed.</summary>
    public static ReadOnlySpan<byte> KeyOf(GatewayOptions options) => options.GatewayKey.IsEmpty ? ReadKey(options.DataFolder) : options.GatewayKey.Span;

    /// <summary>As <see cref="KeyOf"/>, of the key before it; empty when there is none.</summary>
    public static ReadOnlySpan<byte> PreviousKeyOf(GatewayOptions options) =>
        options.GatewayKey.IsEmpty ? ReadPreviousKey(options.DataFolder) : options.PreviousGatewayKey.Span;

    /// <summary>32 random bytes, base64url: fit for JWT_SECRET_KEY.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));

    private static string ReadSecret(string folder)
    {
        var path = Path.Combine(folder, SecretFileName);
        // The key is the text, not what it decodes to: the same text in JWT_SECRET_KEY is the same key, here and in other programs.
        var secret = Encoding.UTF8.GetString(SecretFile.ReadOrCreate(path, () => Encoding.UTF8.GetBytes(NewSecret()), out _)).Trim();
        return Encoding.UTF8.GetByteCount(secret) >= SettingRules.SecretBytesMin
            ? secret
            : throw new BootException(
                ExitCode.BadConfiguration,
                $"{path} holds less than {SettingRules.SecretBytesMin} bytes. Delete it to have a new one made (tokens made with it end), or set JWT_SECRET_KEY.");
    }

    private static byte[] ReadKey(string folder)
    {
        var path = Path.Combine(folder, KeyFileName);
        return Whole(path, SecretFile.ReadOrCreate(path, () => RandomNumberGenerator.GetBytes(KeyBytes), out _));
    }

    private static byte[] ReadPreviousKey(string folder)
    {
        var path = Path.Combine(folder, PreviousKeyFileName);
        return File.Exists(path) ? Whole(path, SecretFile.ReadOrCreate(path, () => [], out _)) : [];
    }

    private static byte[] Whole(string path, byte[] key) => key.Length == KeyBytes
        ? key
        : throw new BootException(
            ExitCode.Runtime,
            $"{path} is damaged: {key.Length} bytes instead of {KeyBytes}. Restore it from a backup; without it the stored upstream credentials cannot be read.");
}
