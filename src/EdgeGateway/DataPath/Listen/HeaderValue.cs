using System.Text;

namespace EdgeGateway.DataPath.Listen;

/// <summary>Header values as revision 2026-07-28 writes them: plain, or <c>=?base64?…?=</c> where plain ASCII will not do (Streamable HTTP, Value Encoding).</summary>
internal static class HeaderValue
{
    private const string Opening = "=?base64?";
    private const string Closing = "?=";

    /// <summary>The text a header stands for; null when its encoding is broken.</summary>
    public static string? Decode(string header)
    {
        if (!header.StartsWith(Opening, StringComparison.Ordinal) || !header.EndsWith(Closing, StringComparison.Ordinal) || header.Length < Opening.Length + Closing.Length)
        {
            return header;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(header[Opening.Length..^Closing.Length]));
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The header that stands for a text.</summary>
    public static string Encode(string text)
    {
        var isPlain = text.Length > 0 && text.All(c => c is >= ' ' and <= '~') && text[0] != ' ' && text[^1] != ' ' && !text.StartsWith(Opening, StringComparison.Ordinal);
        return isPlain ? text : Opening + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) + Closing;
    }
}
