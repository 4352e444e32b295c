using System.Text;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Decides what an HTTP answer means (protocol.md sections 1 and 5).</summary>
internal static class ReplyClassifier
{
    /// <summary>An error that names the session does so in its first sentence.</summary>
    private const int PeekBytes = 4096;

    /// <summary>Takes over the answer, unless it throws: the reply owns it, or it is disposed.</summary>
    /// <exception cref="UpstreamException">The connection broke while the body was looked at.</exception>
    public static ValueTask<UpstreamReply> ClassifyAsync(HttpAnswer answer, bool hasSession, CancellationToken cancellationToken)
    {
        var status = answer.Status;
        return status switch
        {
            202 or 204 => new(new HttpReply(ReplyKind.Accepted, answer)),
            >= 200 and < 300 => ClassifySuccessAsync(answer, cancellationToken),
            >= 300 and < 400 => FaultAsync(answer, HttpFaults.Redirect(status)),
            404 when hasSession => new(new HttpReply(ReplyKind.SessionGone, answer)),
            400 when hasSession => ClassifyBadRequestAsync(answer, cancellationToken),
            502 or 503 or 504 => FaultAsync(answer, HttpFaults.Unavailable(status)),
            _ => new(new HttpReply(ReplyKind.HttpError, answer)),
        };
    }

    /// <summary>Some servers answer a notification with 200 and nothing; when it is chunked, only a look tells.</summary>
    private static ValueTask<UpstreamReply> ClassifySuccessAsync(HttpAnswer answer, CancellationToken cancellationToken) =>
        answer.HasContentType("text/event-stream") ? new(new HttpReply(ReplyKind.Events, answer))
        : answer.SentLength is > 0 ? ClassifyBodyAsync(answer)
        : ClassifyUnmeasuredAsync(answer, cancellationToken);

    private static async ValueTask<UpstreamReply> ClassifyUnmeasuredAsync(HttpAnswer answer, CancellationToken cancellationToken) =>
        await answer.IsEmptyAsync(cancellationToken) ? new HttpReply(ReplyKind.Accepted, answer) : await ClassifyBodyAsync(answer);

    private static ValueTask<UpstreamReply> ClassifyBodyAsync(HttpAnswer answer) => answer.HasContentType("application/json")
        ? new(new HttpReply(ReplyKind.Json, answer))
        : FaultAsync(answer, HttpFaults.NotMcp(answer.Status));

    private static async ValueTask<UpstreamReply> ClassifyBadRequestAsync(HttpAnswer answer, CancellationToken cancellationToken)
    {
        var peeked = await answer.PeekAsync(PeekBytes, cancellationToken);
        var namesSession = Encoding.UTF8.GetString(peeked.Span).Contains("session", StringComparison.OrdinalIgnoreCase);
        return new HttpReply(namesSession ? ReplyKind.SessionGone : ReplyKind.HttpError, answer);
    }

    private static async ValueTask<UpstreamReply> FaultAsync(HttpAnswer answer, UpstreamFault fault)
    {
        var retryAfter = answer.RetryAfter;
        await answer.DisposeAsync();
        return new FaultReply(fault, retryAfter);
    }
}
