using System.Text;
using EdgeGateway.Sealing;

namespace EdgeGateway.Storage;

/// <summary>
/// Seals upstream secrets for the database. The row and column are part of what is authenticated, so that a sealed value cannot be moved
/// to another server.
/// </summary>
/// <param name="gatewayKey">gateway.key.</param>
/// <param name="previousKey">gateway.key.previous; empty for none.</param>
internal sealed class SecretBox(ReadOnlySpan<byte> gatewayKey, ReadOnlySpan<byte> previousKey = default)
{
    private readonly SealedBox _box = SealedBox.Derived(gatewayKey, previousKey, "edge-gateway upstream secrets v1"u8);

    public byte[] Seal(ReadOnlySpan<byte> secret, string rowId, string column) => _box.Seal(secret, Place(rowId, column));

    /// <summary>Null when the box was not sealed by this key for this place.</summary>
    public byte[]? Open(ReadOnlySpan<byte> box, string rowId, string column) => _box.Open(box, Place(rowId, column));

    private static byte[] Place(string rowId, string column) => Encoding.UTF8.GetBytes($"{rowId}:{column}");
}
