using System.Net;
using EdgeGateway.Mcp.Eras;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Sends requests to one Streamable HTTP endpoint and says what came back. Shared by all requests of a session.</summary>
internal sealed class StreamableHttpEndpoint(HttpMessageInvoker http, Uri url, IReadOnlyList<KeyValuePair<string, string>> headers)
{
    private const string BothAnswers = "application/json, text/event-stream";

    public ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message,
        SessionHeaders session,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Post, session, requestHeaders);
        Set(request, "Accept", BothAnswers);
        request.Content = new ReadOnlyMemoryContent(message);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return SendAsync(request, session, cancellationToken);
    }

    public ValueTask<UpstreamReply> GetAsync(
        string? lastEventId,
        SessionHeaders session,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken)
    {
        var request = Request(HttpMethod.Get, session, requestHeaders);
        Set(request, "Accept", "text/event-stream");
        if (lastEventId is not null)
            Set(request, "Last-Event-ID", lastEventId);
        return SendAsync(request, session, cancellationToken);
    }

    public ValueTask<UpstreamReply> DeleteAsync(SessionHeaders session, CancellationToken cancellationToken) =>
        SendAsync(Request(HttpMethod.Delete, session, []), session, cancellationToken);

    private HttpRequestMessage Request(HttpMethod method, SessionHeaders session, IReadOnlyList<KeyValuePair<string, string>> requestHeaders)
    {
        var request = new HttpRequestMessage(method, url)
        {
            // Over 1.1 a request is sent whole before its answer is read, so the caller's buffer is free when SendAsync returns;
            // over 2 an early answer could leave it being read.
            Version = HttpVersion.Version11,
        };
        foreach (var (name, value) in requestHeaders.Count == 0 ? headers : HeaderLists.Merge(headers, requestHeaders))
            Set(request, name, value);
        if (session.Id is not null)
            Set(request, "Mcp-Session-Id", session.Id);
        if (session.ProtocolVersion is not (null or ProtocolVersions.AssumedLegacy))
            Set(request, "MCP-Protocol-Version", session.ProtocolVersion);
        return request;
    }

    /// <summary>HttpClient writes values as they are: a line break would become a header of its own.</summary>
    internal static void Set(HttpRequestMessage request, string name, string value)
    {
        if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            throw new ArgumentException($"The value of the header {name} contains a line break or NUL.", nameof(value));
        request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>Never throws for what the network or the upstream does.</summary>
    private async ValueTask<UpstreamReply> SendAsync(HttpRequestMessage request, SessionHeaders session, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(request, cancellationToken);
            return await ReplyClassifier.ClassifyAsync(response, session.Id is not null, cancellationToken);
        }
        catch (Exception exception)
        {
            response?.Dispose();
            request.Dispose();
            if (cancellationToken.IsCancellationRequested || !IsOfTheNetwork(exception))
                throw;
            return new FaultReply(HttpFaults.Of(exception));
        }
    }

    private static bool IsOfTheNetwork(Exception exception) =>
        exception is HttpRequestException or IOException or UpstreamException or OperationCanceledException;
}
