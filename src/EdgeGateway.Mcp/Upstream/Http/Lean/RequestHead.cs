using System.Buffers;
using System.Globalization;
using System.Text;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>The bytes a request begins with (RFC 9112 sections 3 and 5). Values are UTF-8: passed through as they came.</summary>
internal static class RequestHead
{
    /// <summary>All but what differs from request to request.</summary>
    /// <exception cref="ArgumentException">A header would forge another one.</exception>
    public static byte[] Bytes(HttpHead head)
    {
        var output = new ArrayBufferWriter<byte>(512);
        Encoding.UTF8.GetBytes($"{head.Method} {head.Url.PathAndQuery} HTTP/1.1\r\n", output);
        if (!head.Headers.Any(header => header.Key.Equals("Host", StringComparison.OrdinalIgnoreCase)))
            Write(output, "Host", HostOf(head.Url));
        foreach (var (name, value) in head.Headers)
            Write(output, name, value);
        if (head.Method == HttpMethod.Post)
            Write(output, "Content-Type", "application/json");
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The most bytes that <see cref="WriteEnd"/> needs.</summary>
    public static int LongestEnd(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var length = "Content-Length: 2147483647\r\n\r\n".Length;
        for (var i = 0; i < headers.Count; i++)
            length += headers[i].Key.Length + Encoding.UTF8.GetMaxByteCount(headers[i].Value.Length) + ": \r\n".Length;
        return length;
    }

    /// <summary>The headers of one request and the end of the head.</summary>
    /// <param name="output">At least <see cref="LongestEnd"/> long.</param>
    /// <param name="headers">Reserved names are passed over.</param>
    /// <param name="bodyLength">Null when there is no body.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">A header would forge another one.</exception>
    public static int WriteEnd(Span<byte> output, IReadOnlyList<KeyValuePair<string, string>> headers, int? bodyLength)
    {
        var at = 0;
        for (var i = 0; i < headers.Count; i++)
        {
            var (name, value) = headers[i];
            if (HeaderLists.IsReserved(name))
                continue;
            HeaderText.ThrowIfForging(name, value);
            at += Encoding.ASCII.GetBytes(name, output[at..]);
            at += Put(": "u8, output[at..]);
            at += Encoding.UTF8.GetBytes(value, output[at..]);
            at += Put("\r\n"u8, output[at..]);
        }

        if (bodyLength is { } length)
        {
            at += Put("Content-Length: "u8, output[at..]);
            length.TryFormat(output[at..], out var digits, default, CultureInfo.InvariantCulture);
            at += digits;
            at += Put("\r\n"u8, output[at..]);
        }

        return at + Put("\r\n"u8, output[at..]);
    }

    private static void Write(ArrayBufferWriter<byte> output, string name, string value)
    {
        HeaderText.ThrowIfForging(name, value);
        Encoding.UTF8.GetBytes($"{name}: {value}\r\n", output);
    }

    private static string HostOf(Uri url)
    {
        var host = url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
        return url.IsDefaultPort ? host : $"{host}:{url.Port}";
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        bytes.CopyTo(output);
        return bytes.Length;
    }
}
