using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>Reaches an upstream that has no sessions (2026-07-28, Streamable HTTP): a "session" here is a place and its statistics.</summary>
/// <param name="http">Sends; shared, not disposed.</param>
/// <param name="url">The upstream's one MCP endpoint.</param>
/// <param name="authHeaders">The stored credential and other configured headers.</param>
public sealed class ModernHttpConnector(HttpTransport http, Uri url, IReadOnlyList<KeyValuePair<string, string>> authHeaders)
{
    private static readonly SessionHeaders Session = new(null, ProtocolVersions.NewestModern);

    /// <summary>Asks the upstream who it is.</summary>
    /// <exception cref="UpstreamException">It cannot be reached, or does not speak a revision the gateway knows.</exception>
    public async ValueTask<UpstreamSession> ConnectAsync(Handshake handshake, CancellationToken cancellationToken)
    {
        var endpoint = new StreamableHttpEndpoint(http, url, HeaderLists.Merge(authHeaders, handshake.Headers));
        var (answer, status) = await AskAsync(endpoint, cancellationToken);
        if (answer is not { Envelope.Result.Exists: true } given || !Discover.Judge(answer, status).HasFlag(EraSet.Modern))
            throw new UpstreamException(status is 401 or 403 ? HttpFaults.Handshake(status) : HttpFaults.NotModern(status));
        var result = given.Envelope.Result.Of(given.Message).ToArray();
        return new ModernHttpSession(endpoint, Session, result, Discover.ToInitializeResult(result));
    }

    /// <summary>Which eras the upstream speaks; Unknown when it cannot be told now.</summary>
    public async ValueTask<EraSet> ProbeAsync(IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        try
        {
            var (answer, status) = await AskAsync(new StreamableHttpEndpoint(http, url, HeaderLists.Merge(authHeaders, headers)), cancellationToken);
            return Discover.Judge(answer, status);
        }
        catch (UpstreamException)
        {
            return EraSet.Unknown;
        }
    }

    private static async ValueTask<(Answer? Answer, int Status)> AskAsync(StreamableHttpEndpoint endpoint, CancellationToken cancellationToken)
    {
        await using var reply = await endpoint.PostAsync(Discover.Request, Session, Discover.Headers, cancellationToken);
        return reply.Kind switch
        {
            ReplyKind.Fault => throw new UpstreamException(reply.Fault!),
            ReplyKind.Json or ReplyKind.Events => (await AnswerReader.ReadAsync(reply, Discover.Id, cancellationToken), reply.Status),
            ReplyKind.HttpError => (await AnswerReader.TryReadBodyAsync(reply, cancellationToken), reply.Status),
            _ => (null, reply.Status),
        };
    }
}
