using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// JSON-RPC ids and progress tokens of the gateway's own, for sessions that may ever serve another caller (protocol.md section 2).
/// The process part keeps answers to a former run of the gateway from matching.
/// </summary>
internal static class GatewayId
{
    private static readonly byte[] Prefix = Encoding.ASCII.GetBytes($"\"egw-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-");

    // Written by every rewritten request (Interlocked); never read otherwise.
    private static long _last;

    /// <summary>A new id as a raw JSON string, quotes included.</summary>
    public static byte[] Next()
    {
        Span<byte> number = stackalloc byte[16];
        Utf8Formatter.TryFormat(Interlocked.Increment(ref _last), number, out var digits, new('x'));
        return [.. Prefix, .. number[..digits], (byte)'"'];
    }
}
