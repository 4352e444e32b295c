using System.Buffers;

namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>What may stand in a header that is sent.</summary>
internal static class HeaderText
{
    /// <summary>RFC 9110 section 5.6.2: what names are made of.</summary>
    public static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Values are sent as they are: a line break would become a header of its own.</summary>
    public static void ThrowIfForging(string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenChars))
            throw new ArgumentException($"\"{name}\" cannot be the name of a header.", nameof(name));
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new ArgumentException($"The value of the header {name} contains a line break or NUL.", nameof(value));
    }
}
