using System.Security.Cryptography;

namespace EdgeGateway.Storage;

/// <summary>
/// The gateway's own secret: 32 random bytes in <c>gateway.key</c> in the data folder, readable by its owner alone.
/// Other keys are derived from it (HKDF), one per purpose.
/// </summary>
internal static class GatewayKey
{
    public const string FileName = "gateway.key";

    public const int Length = 32;

    /// <summary>Reads the key; the first call on a data folder creates it.</summary>
    /// <exception cref="DatabaseUnusableException">The file cannot be read or written, or is not a key.</exception>
    public static byte[] LoadOrCreate(string dataFolder)
    {
        var path = Path.Combine(dataFolder, FileName);
        try
        {
            PrivateFiles.CreateFolder(dataFolder);
            if (!File.Exists(path))
            {
                Create(path);
            }

            var key = File.ReadAllBytes(path);
            return key.Length == Length
                ? key
                : throw new DatabaseUnusableException($"{path} has {key.Length} bytes, a key has {Length}. Restore it from a backup of the data folder.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnusableException($"{path} cannot be read or created. Check that the data folder exists and is writable for this user.", e);
        }
    }

    /// <summary>A key for one purpose.</summary>
    public static byte[] Derive(byte[] gatewayKey, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, gatewayKey, derived, salt: [], purpose);
        return derived;
    }

    /// <summary>Written aside and moved into place, so that no other process ever reads half a key.</summary>
    private static void Create(string path)
    {
        var aside = $"{path}.{Guid.NewGuid():N}";
        using (var file = PrivateFiles.Create(aside))
        {
            file.Write(RandomNumberGenerator.GetBytes(Length));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first; its key is the key.
            File.Delete(aside);
        }
    }
}
