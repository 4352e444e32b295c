using System.Text;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>All that came of a request: an answer, or what went wrong.</summary>
internal sealed record Exchange(
    int Status, string? ContentType, string? RetryAfter, string? WwwAuthenticate, string? SessionId, string Body, UpstreamFault? Fault)
{
    public static async Task<Exchange> RunAsync(PreparedRequest request, ReadOnlyMemory<byte> body = default, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var answer = await request.SendAsync([], body, cancellationToken);
            var text = await TextAsync(answer, cancellationToken);
            return new Exchange(answer.Status, answer.ContentType, answer.RetryAfter, answer.WwwAuthenticate, answer.SessionId, text, null);
        }
        catch (UpstreamException failed)
        {
            return new Exchange(0, null, null, null, null, "", failed.Fault);
        }
    }

    public static async Task<string> TextAsync(HttpAnswer answer, CancellationToken cancellationToken = default)
    {
        var text = new StringBuilder();
        var buffer = new byte[1000];
        while (await answer.ReadAsync(buffer, cancellationToken) is var read and > 0)
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        return text.ToString();
    }
}
