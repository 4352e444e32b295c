using System.Net;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>The way up of a session over HTTP+SSE: messages POSTed to the endpoint the stream named. Answers come on the stream.</summary>
internal sealed class SseMessages(HttpMessageInvoker http, Uri endpoint, IReadOnlyList<KeyValuePair<string, string>> headers)
{
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
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(Request(message, requestHeaders), cancellationToken);
            if (!response.IsSuccessStatusCode)
                return await ReplyClassifier.ClassifyAsync(response, hasSession: true, cancellationToken);
            response.Dispose();
            return new EmptyReply(ReplyKind.Accepted);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UpstreamException or OperationCanceledException)
        {
            response?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            return new FaultReply(HttpFaults.Of(exception));
        }
    }

    private HttpRequestMessage Request(ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> requestHeaders)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Version = HttpVersion.Version11 };
        foreach (var (name, value) in HeaderLists.Merge(headers, requestHeaders))
            StreamableHttpEndpoint.Set(request, name, value);
        request.Content = new ReadOnlyMemoryContent(message);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return request;
    }
}
