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

    /// <summary>Where the unit's LoadCredential= finds it.</summary>
    private const string StoredCredential = "/etc/credstore/edge-gateway.secret";

    private const int KeyBytes = 32;

    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <param name="options">As read; data folder and secret may be empty.</param>
    /// <param name="folder">From <see cref="DataFolder.Resolve"/>.</param>
    /// <param name="credentials">Where the service manager puts secrets ($CREDENTIALS_DIRECTORY, systemd.exec(5)); null when it gives none.</param>
    /// <exception cref="BootException">The folder or a file in it cannot be used.</exception>
    public static GatewayOptions Complete(GatewayOptions options, string folder, string? credentials = null)
    {
        DataFolder.Prepare(folder);
        var ownSecret = options.JwtSecretKey.Length == 0 && options.JwtAlgorithm == "HS256";
        return options with
        {
            DataFolder = folder,
            JwtSecretKey = ownSecret ? ReadCredential(credentials, folder) ?? ReadSecret(folder) : options.JwtSecretKey,
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

    /// <summary>Files of the data folder that others than their owner can read, one sentence each.</summary>
    public static IEnumerable<string> Exposed(string folder)
    {
        foreach (var name in (string[])[SecretFileName, KeyFileName, PreviousKeyFileName])
        {
            var path = Path.Combine(folder, name);
            if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & OthersRead) != 0)
            {
                yield return $"{path} can be read by others than its owner. Close it: chmod 600 {path}, and change it if somebody may have read it.";
            }
        }
    }

    private static string ReadSecret(string folder)
    {
        var path = Path.Combine(folder, SecretFileName);
        return LongEnough(SecretFile.ReadOrCreate(path, () => Encoding.UTF8.GetBytes(NewSecret()), out _))
            ?? throw new BootException(
                ExitCode.BadConfiguration,
                $"{path} holds less than {SettingRules.SecretBytesMin} bytes. Delete it to have a new one made (tokens made with it end), or set JWT_SECRET_KEY.");
    }

    private static string? ReadCredential(string? credentials, string folder)
    {
        // A verb in a shell has no credentials of the service; what it makes for the service's folder must fit the service all the same.
        var path = credentials is not null ? Path.Combine(credentials, SecretFileName) : folder == DataFolder.SystemFolder ? StoredCredential : null;
        if (path is null || !File.Exists(path))
        {
            return null;
        }

        return LongEnough(SecretFile.Read(path))
            ?? throw new BootException(
                ExitCode.BadConfiguration,
                $"The credential {SecretFileName} holds less than {SettingRules.SecretBytesMin} bytes. Make one: edge-gateway token secret");
    }

    /// <summary>The key is the text, not what it decodes to: the same text in JWT_SECRET_KEY is the same key, here and in other programs.</summary>
    private static string? LongEnough(byte[] content) =>
        Encoding.UTF8.GetString(content).Trim() is var secret && Encoding.UTF8.GetByteCount(secret) >= SettingRules.SecretBytesMin ? secret : null;

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
