using System.Buffers;
using System.Globalization;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>What of an upstream's text may go further: into a header, into a message for people.</summary>
internal static class VisibleText
{
    /// <summary>A sentence; the rest is in the upstream's log.</summary>
    private const int LongestQuote = 200;

    private static readonly SearchValues<char> Visible =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(code => (char)code)]);

    /// <summary>Visible ASCII, 0x21 to 0x7E, at least one character: what MCP allows in a session id.</summary>
    public static bool IsVisible(string text) => text.Length != 0 && !text.AsSpan().ContainsAnyExcept(Visible);

    /// <summary>The printable beginning of a text: no control or formatting characters, which could forge log lines.</summary>
    public static string Quote(string text, int longest = LongestQuote) =>
        string.Concat(text.Where(IsPrintable).Take(longest)).Trim();

    private static bool IsPrintable(char c) => char.GetUnicodeCategory(c) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
