using System.Text;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Decides what an HTTP answer means (protocol.md sections 1 and 5).</summary>
internal static class ReplyClassifier
{
    /// <summary>An error that names the session does so in its first sentence.</summary>
    private const int PeekBytes = 4096;

    /// <summary>Takes over the response: the reply owns it, or it is disposed.</summary>
    /// <exception cref="UpstreamException">The connection broke while the body was looked at.</exception>
    public static async ValueTask<UpstreamReply> ClassifyAsync(
        HttpResponseMessage response,
        bool hasSession,
        CancellationToken cancellationToken)
    {
        var body = new UpstreamBody(await response.Content.ReadAsStreamAsync(cancellationToken));
        var status = (int)response.StatusCode;
        return status switch
        {
            202 or 204 => new HttpReply(ReplyKind.Accepted, response, Stream.Null),
            >= 200 and < 300 => await ClassifySuccessAsync(response, body, cancellationToken),
            >= 300 and < 400 => Fault(response, HttpFaults.Redirect(status)),
            404 when hasSession => new HttpReply(ReplyKind.SessionGone, response, Stream.Null),
            400 when hasSession && await NamesSessionAsync(body, cancellationToken) =>
                new HttpReply(ReplyKind.SessionGone, response, Stream.Null),
            502 or 503 or 504 => Fault(response, HttpFaults.Unavailable(status)),
            _ => new HttpReply(ReplyKind.HttpError, response, body),
        };
    }

    private static async ValueTask<UpstreamReply> ClassifySuccessAsync(
        HttpResponseMessage response,
        UpstreamBody body,
        CancellationToken cancellationToken)
    {
        if (response.HasContentType("text/event-stream"))
            return new HttpReply(ReplyKind.Events, response, body);

        // Some servers answer a notification with 200 and nothing; when it is chunked, only a look tells.
        if (response.Content.Headers.ContentLength is not > 0 && (await body.PeekAsync(1, cancellationToken)).IsEmpty)
            return new HttpReply(ReplyKind.Accepted, response, Stream.Null);

        return response.HasContentType("application/json")
            ? new HttpReply(ReplyKind.Json, response, body)
            : Fault(response, HttpFaults.NotMcp((int)response.StatusCode));
    }

    private static async ValueTask<bool> NamesSessionAsync(UpstreamBody body, CancellationToken cancellationToken)
    {
        var peeked = await body.PeekAsync(PeekBytes, cancellationToken);
        return Encoding.UTF8.GetString(peeked.Span).Contains("session", StringComparison.OrdinalIgnoreCase);
    }

    private static FaultReply Fault(HttpResponseMessage response, UpstreamFault fault)
    {
        var retryAfter = response.Header("Retry-After");
        response.Dispose();
        return new FaultReply(fault, retryAfter);
    }
}
