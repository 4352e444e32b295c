using System.Text;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The event a 2024-11-05 server begins its stream with: where to POST messages.</summary>
internal static class EndpointEvent
{
    /// <summary>A path and a session id, with room to spare; what proxies take in a request line.</summary>
    private const int LongestUri = 8 * 1024;

    /// <summary>Reads up to the event; other events before it are passed over.</summary>
    /// <param name="frames">The stream, from its beginning.</param>
    /// <param name="url">Where the stream was opened.</param>
    /// <exception cref="UpstreamException">There is none, or it leads elsewhere.</exception>
    public static async ValueTask<Uri> ReadAsync(IAsyncEnumerator<SseFrame> frames, Uri url)
    {
        while (await frames.MoveNextAsync())
        {
            if (frames.Current.Event == "endpoint")
                return Resolve(url, frames.Current.Data.Span);
        }

        throw new UpstreamException(HttpFaults.Protocol(
            "The upstream's stream ended without an endpoint event; check that the URL is its SSE endpoint and that transport is sse."));
    }

    /// <summary>
    /// Only the origin the stream came from: messages carry the upstream's credentials, which belong nowhere else (specification
    /// 2024-11-05, Transports, names the event; the SDKs hold the same rule).
    /// </summary>
    private static Uri Resolve(Uri url, ReadOnlySpan<byte> data)
    {
        if (data.Length > LongestUri || !Uri.TryCreate(url, Encoding.UTF8.GetString(data).Trim(), out var endpoint))
            throw new UpstreamException(HttpFaults.Protocol("The upstream's endpoint event is not a URI; its MCP server must be mended."));
        return Uri.Compare(url, endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
            && endpoint.UserInfo.Length == 0
            ? endpoint
            : throw new UpstreamException(HttpFaults.Protocol(
                $"The upstream's endpoint event leads to another origin, {VisibleText.Quote(endpoint.GetLeftPart(UriPartial.Authority))}; register the URL with the host and port it leads to."));
    }
}
