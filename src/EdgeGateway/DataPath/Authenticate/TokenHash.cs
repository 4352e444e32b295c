using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EdgeGateway.DataPath.Authenticate;

/// <summary>SHA-256 of a token: what the cache knows it by, so that a memory dump holds no token.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TokenHash(ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Kestrel takes 32 KB of headers; a real token with many claims is under 4 KB.</summary>
    public const int TokenLengthMax = 8192;

    /// <param name="token">At most <see cref="TokenLengthMax"/> ASCII characters.</param>
    /// <param name="hash">Its hash.</param>
    /// <returns>False when the text is no token.</returns>
    public static bool TryCompute(ReadOnlySpan<char> token, out TokenHash hash)
    {
        hash = default;
        if (token.Length > TokenLengthMax)
        {
            return false;
        }
        Span<byte> bytes = stackalloc byte[token.Length];
        if (Ascii.FromUtf16(token, bytes, out var written) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }
        return SHA256.TryHashData(bytes[..written], MemoryMarshal.AsBytes(new Span<TokenHash>(ref hash)), out _);
    }

    /// <summary>Eight bytes of SHA-256 are as evenly spread as any mix of all.</summary>
    public override int GetHashCode() => A.GetHashCode();
}
