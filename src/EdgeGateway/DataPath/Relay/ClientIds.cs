using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// Ids chosen by clients, as values: an upstream that parses one and writes it anew may spell it differently
/// (<c>"a\/b"</c> as <c>"a/b"</c>, <c>1.0</c> as <c>1</c>).
/// </summary>
internal static class ClientIds
{
    /// <summary>Whether two raw ids are the same value.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.SequenceEqual(other) || (!one.IsEmpty && !other.IsEmpty && Canonical(one) == Canonical(other));

    /// <inheritdoc cref="MessageId.Canonical" />
    public static string Canonical(ReadOnlySpan<byte> raw) => MessageId.Canonical(raw);
}
