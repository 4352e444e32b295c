using System.Security.Cryptography;
using System.Text;

namespace EdgeGateway.Storage;

/// <summary>
/// Seals upstream secrets for the database: AES-256-GCM under a key derived from the gateway's. The row and column are part
/// of what is authenticated, so that a sealed value cannot be moved to another server.
/// </summary>
internal sealed class SecretBox
{
    // version 1 | nonce 12 | tag 16 | ciphertext
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + NonceLength + TagLength;

    private readonly byte[] _key;

    /// <param name="gatewayKey">gateway.key; what is sealed with is derived from it (HKDF), so that it can serve other purposes too.</param>
    public SecretBox(ReadOnlySpan<byte> gatewayKey)
    {
        _key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, gatewayKey, _key, salt: [], "edge-gateway upstream secrets v1"u8);
    }

    public byte[] Seal(ReadOnlySpan<byte> secret, string rowId, string column)
    {
        var box = new byte[HeaderLength + secret.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagLength);
        aes.Encrypt(nonce, secret, box.AsSpan(HeaderLength), box.AsSpan(1 + NonceLength, TagLength), AssociatedData(rowId, column));
        return box;
    }

    /// <summary>Null when the box was not sealed by this key for this place.</summary>
    public byte[]? Open(ReadOnlySpan<byte> box, string rowId, string column)
    {
        if (box.Length < HeaderLength || box[0] != Version)
        {
            return null;
        }

        var secret = new byte[box.Length - HeaderLength];
        using var aes = new AesGcm(_key, TagLength);
        try
        {
            aes.Decrypt(box.Slice(1, NonceLength), box[HeaderLength..], box.Slice(1 + NonceLength, TagLength), secret, AssociatedData(rowId, column));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] AssociatedData(string rowId, string column) => Encoding.UTF8.GetBytes($"{rowId}:{column}");
}
