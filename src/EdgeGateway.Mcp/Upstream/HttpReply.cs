using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>An answer over HTTP, whose body is still arriving. Owns the response.</summary>
internal sealed class HttpReply(ReplyKind kind, HttpResponseMessage response, Stream body) : UpstreamReply
{
    public override ReplyKind Kind => kind;

    public override int Status => (int)response.StatusCode;

    public override string? ContentType => response.ContentHeader("Content-Type");

    public override string? RetryAfter => response.Header("Retry-After");

    public override string? WwwAuthenticate => response.Header("WWW-Authenticate");

    public override Stream Body => body;

    /// <summary>The session id the upstream gave with this answer, or null.</summary>
    public string? SessionId => response.Header("Mcp-Session-Id");

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind != ReplyKind.Events)
            yield break;
        await using var frames = SseReader.ReadAsync(body, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(frames))
            yield return frames.Current;
    }

    public override ValueTask DisposeAsync()
    {
        response.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseFrame> frames)
    {
        try
        {
            return await frames.MoveNextAsync();
        }
        catch (InvalidDataException exception)
        {
            throw new UpstreamException(HttpFaults.Protocol(
                $"The upstream sent an event of more than {SseReader.MaxEventBytes >> 20} MiB; let it send less at once.",
                cause: exception));
        }
    }
}
