using System.Text;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// Ids and progress tokens as values: who parses one and writes it anew may spell it differently (<c>"a\/b"</c> as <c>"a/b"</c>,
/// <c>1.0</c> as <c>1</c>).
/// </summary>
public static class MessageId
{
    /// <summary>One spelling of a raw id: a string keeps a quote in front, so that "1" is not 1.</summary>
    /// <param name="raw">A JSON string or number, UTF-8, not empty.</param>
    public static string Canonical(ReadOnlySpan<byte> raw) =>
        raw[0] == '"' ? '"' + JsonText.Decode(raw) : Encoding.ASCII.GetString(raw).Split('.')[0];

    /// <summary>Whether two raw ids are one value. 0 bytes allocated where nothing can be spelled in two ways.</summary>
    /// <param name="one">A JSON string or number, UTF-8, not empty.</param>
    /// <param name="other">Another.</param>
    public static bool Same(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        one.SequenceEqual(other) || ((!IsPlain(one) || !IsPlain(other)) && Canonical(one) == Canonical(other));

    /// <summary>Whether it is its own canonical spelling: then only the same bytes are the same value.</summary>
    private static bool IsPlain(ReadOnlySpan<byte> raw) => !raw.Contains(raw[0] == '"' ? (byte)'\\' : (byte)'.');
}
