using System.Globalization;
using System.Text;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>
/// The text of raw JSON strings. Unlike Utf8JsonReader.GetString it never throws: an escaped lone surrogate, which JSON
/// allows and Unicode does not, stays one.
/// </summary>
public static class JsonText
{
    /// <summary>The text of a raw JSON string.</summary>
    /// <param name="raw">Valid JSON string, UTF-8, with its quotes.</param>
    public static string Decode(ReadOnlySpan<byte> raw) => DecodeInner(raw[1..^1]);

    /// <summary>The text of a raw JSON string without its quotes.</summary>
    internal static string DecodeInner(ReadOnlySpan<byte> inner)
    {
        if (inner.IndexOf((byte)'\\') < 0)
            return Encoding.UTF8.GetString(inner);

        var text = new StringBuilder(inner.Length);
        while (!inner.IsEmpty)
        {
            var plain = inner.IndexOf((byte)'\\');
            if (plain < 0)
                plain = inner.Length;
            text.Append(Encoding.UTF8.GetString(inner[..plain]));
            inner = inner[plain..];
            if (!inner.IsEmpty)
                text.Append(TakeEscape(ref inner));
        }

        return text.ToString();
    }

    /// <summary>Whether a JSON string says this text, however it is escaped. 0 bytes allocated.</summary>
    /// <param name="inner">The inside of a valid JSON string, without its quotes.</param>
    /// <param name="text">ASCII.</param>
    public static bool Equals(ReadOnlySpan<byte> inner, ReadOnlySpan<byte> text)
    {
        foreach (var expected in text)
        {
            if (inner.IsEmpty || TakeUnit(ref inner) != expected)
                return false;
        }

        return inner.IsEmpty;
    }

    /// <summary>Unescapes ASCII text into a buffer. 0 bytes allocated.</summary>
    /// <returns>How long the text is, or −1 when it is not ASCII or does not fit.</returns>
    internal static int DecodeAscii(ReadOnlySpan<byte> inner, Span<byte> destination)
    {
        var length = 0;
        while (!inner.IsEmpty)
        {
            var unit = TakeUnit(ref inner);
            if (unit > 0x7F || length == destination.Length)
                return -1;
            destination[length++] = (byte)unit;
        }

        return length;
    }

    /// <summary>One canonical raw spelling of a text: only what JSON demands is escaped.</summary>
    internal static void AppendQuoted(StringBuilder output, string text)
    {
        output.Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                output.Append(c).Append(text[++i]);
            else if (c is '"' or '\\')
                output.Append('\\').Append(c);
            else if (c < ' ' || char.IsSurrogate(c))
                output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                output.Append(c);
        }

        output.Append('"');
    }

    /// <summary>A byte, or the UTF-16 unit an escape stands for.</summary>
    private static int TakeUnit(ref ReadOnlySpan<byte> inner)
    {
        if (inner[0] == '\\')
            return TakeEscape(ref inner);
        int unit = inner[0];
        inner = inner[1..];
        return unit;
    }

    private static char TakeEscape(ref ReadOnlySpan<byte> inner)
    {
        var kind = inner[1];
        if (kind == 'u')
        {
            var unit = ushort.Parse(inner.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            inner = inner[6..];
            return (char)unit;
        }

        inner = inner[2..];
        return (char)(kind switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            _ => kind,
        });
    }
}
