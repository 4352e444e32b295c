using System.Security.Cryptography;

namespace EdgeGateway.Sealing;

/// <summary>
/// Seals what others keep for the gateway: AES-256-GCM, a fresh nonce each time. What a box was sealed for (its context) is authenticated
/// with it and not carried in it, so that it opens in its own place only.
/// </summary>
internal sealed class SealedBox
{
    // version 1 | nonce 12 | tag 16 | ciphertext
    private const byte Version = 1;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + NonceLength + TagLength;

    // The first one seals, any opens.
    private readonly byte[][] _keys;

    private SealedBox(byte[][] keys) => _keys = keys;

    /// <summary>For what does not outlive this process.</summary>
    public static SealedBox ForThisRun() => new([RandomNumberGenerator.GetBytes(KeyLength)]);

    /// <param name="gatewayKey">gateway.key; a key of its own is derived from it for each purpose (HKDF).</param>
    /// <param name="previousKey">gateway.key.previous, which still opens what was sealed before the last rotation; empty for none.</param>
    /// <param name="purpose">Boxes of another purpose do not open.</param>
    public static SealedBox Derived(ReadOnlySpan<byte> gatewayKey, ReadOnlySpan<byte> previousKey, ReadOnlySpan<byte> purpose) =>
        new(previousKey.IsEmpty ? [Derive(gatewayKey, purpose)] : [Derive(gatewayKey, purpose), Derive(previousKey, purpose)]);

    public byte[] Seal(ReadOnlySpan<byte> content, ReadOnlySpan<byte> context)
    {
        var box = new byte[HeaderLength + content.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[0], TagLength);
        aes.Encrypt(nonce, content, box.AsSpan(HeaderLength), box.AsSpan(1 + NonceLength, TagLength), context);
        return box;
    }

    /// <summary>Null when the box was not sealed here for this context.</summary>
    public byte[]? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> context)
    {
        if (box.Length < HeaderLength || box[0] != Version)
        {
            return null;
        }

        var content = new byte[box.Length - HeaderLength];
        foreach (var key in _keys)
        {
            if (TryOpen(key, box, content, context))
            {
                return content;
            }
        }

        return null;
    }

    private static bool TryOpen(byte[] key, ReadOnlySpan<byte> box, Span<byte> content, ReadOnlySpan<byte> context)
    {
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(box.Slice(1, NonceLength), box[HeaderLength..], box.Slice(1 + NonceLength, TagLength), content, context);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Derive(ReadOnlySpan<byte> key, ReadOnlySpan<byte> purpose)
    {
        var derived = new byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, salt: [], purpose);
        return derived;
    }
}
