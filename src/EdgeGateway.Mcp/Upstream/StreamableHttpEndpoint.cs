using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Sends requests to one Streamable HTTP endpoint and says what came back. Shared by all requests of a session.</summary>
internal sealed class StreamableHttpEndpoint(HttpTransport http, Uri url, IReadOnlyList<KeyValuePair<string, string>> headers)
{
    private const string BothAnswers = "application/json, text/event-stream";

    /// <summary>What the last POST was made from: nearly always what the next one is. Written and read by any request; either is right.</summary>
    private volatile KeptPost? _post;

    public ValueTask<UpstreamReply> PostAsync(
        ReadOnlyMemory<byte> message,
        SessionHeaders session,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken)
    {
        if (HeaderLists.Overlap(headers, requestHeaders))
            return SendAsync(Prepare(HttpMethod.Post, HeaderLists.Merge(headers, requestHeaders), session, BothAnswers), [], message, session, cancellationToken);
        var post = _post;
        if (post is null || post.Session != session)
            _post = post = new KeptPost(session, Prepare(HttpMethod.Post, headers, session, BothAnswers));
        return SendAsync(post.Request, requestHeaders, message, session, cancellationToken);
    }

    public ValueTask<UpstreamReply> GetAsync(
        string? lastEventId,
        SessionHeaders session,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        CancellationToken cancellationToken)
    {
        var get = Prepare(HttpMethod.Get, HeaderLists.Merge(headers, requestHeaders), session, "text/event-stream", lastEventId);
        return SendAsync(get, [], default, session, cancellationToken);
    }

    public ValueTask<UpstreamReply> DeleteAsync(SessionHeaders session, CancellationToken cancellationToken) =>
        SendAsync(Prepare(HttpMethod.Delete, headers, session, accept: null), [], default, session, cancellationToken);

    private PreparedRequest Prepare(
        HttpMethod method, IReadOnlyList<KeyValuePair<string, string>> own, SessionHeaders session, string? accept, string? lastEventId = null)
    {
        List<KeyValuePair<string, string>> all = [.. own];
        Add("Mcp-Session-Id", session.Id);
        Add("MCP-Protocol-Version", session.ProtocolVersion is ProtocolVersions.AssumedLegacy ? null : session.ProtocolVersion);
        Add("Accept", accept);
        Add("Last-Event-ID", lastEventId);
        return http.Prepare(new HttpHead(method, url, all));

        void Add(string name, string? value)
        {
            if (value is not null)
                all.Add(new(name, value));
        }
    }

    /// <summary>Never throws for what the network or the upstream does.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<UpstreamReply> SendAsync(
        PreparedRequest request,
        IReadOnlyList<KeyValuePair<string, string>> requestHeaders,
        ReadOnlyMemory<byte> message,
        SessionHeaders session,
        CancellationToken cancellationToken)
    {
        HttpAnswer? answer = null;
        try
        {
            answer = await request.SendAsync(requestHeaders, message, cancellationToken);
            return await ReplyClassifier.ClassifyAsync(answer, session.Id is not null, cancellationToken);
        }
        catch (UpstreamException failed)
        {
            await EndAsync(answer);
            return new FaultReply(failed.Fault);
        }
        catch
        {
            await EndAsync(answer);
            throw;
        }
    }

    private static ValueTask EndAsync(HttpAnswer? answer) => answer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed record KeptPost(SessionHeaders Session, PreparedRequest Request);
}
