using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The way up of a session over HTTP+SSE: messages POSTed to the endpoint the stream named. Answers come on the stream.</summary>
internal sealed class SseMessages(HttpTransport http, Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> headers)
{
    private readonly PreparedRequest _post = http.Prepare(new HttpHead(HttpMethod.Post, endpoint, headers));

    /// <summary>Sends one message.</summary>
    /// <param name="message">Not read any more once the task has ended.</param>
    /// <param name="requestHeaders">Headers of this request alone.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>Accepted when the upstream took it, by 202 or any other success, whatever it says besides; else why not.</returns>
    public async Task<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken)
    {
        HttpAnswer? answer = null;
        try
        {
            answer = await SendAsync(message, requestHeaders, cancellationToken);
            if (answer.Status is < 200 or >= 300)
                return await ReplyClassifier.ClassifyAsync(answer, hasSession: true, cancellationToken);
            await answer.DisposeAsync();
            return new EmptyReply(ReplyKind.Accepted);
        }
        catch (UpstreamException failed)
        {
            if (answer is not null)
                await answer.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return new FaultReply(failed.Fault);
        }
        catch when (answer is not null)
        {
            await answer.DisposeAsync();
            throw;
        }
    }

    private ValueTask<HttpAnswer> SendAsync(
        ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> requestHeaders, CancellationToken cancellationToken) =>
        HeaderLists.Overlap(headers, requestHeaders)
            ? http.Prepare(new HttpHead(HttpMethod.Post, endpoint, HeaderLists.Merge(headers, requestHeaders))).SendAsync([], message, cancellationToken)
            : _post.SendAsync(requestHeaders, message, cancellationToken);
}
