using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>GET: what the server sends of its own accord, to the one client the session belongs to.</summary>
internal sealed class ServerStream(HttpContext http, ClientSession client, Binding<PooledUpstream> binding, string serverName, IReadOnlyList<KeyValuePair<string, string>> headers, RelayServices services, CancellationToken drainBegun)
{
    public async Task RunAsync()
    {
        using var held = binding.HoldStream();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, binding.Ended, drainBegun);
        try
        {
            await RelayAsync(ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client left, its session ended, or the gateway stops: so does the stream, or it never begins.
            await Exchange.Answer(http, drainBegun.IsCancellationRequested ? RelayError.GatewayDraining : RelayError.SessionNotFound);
        }
        catch (UpstreamException lost)
        {
            // The client opens a new stream by itself, with Last-Event-ID if it saw one.
            services.Log.UpstreamFailed(serverName, lost.Fault.Reason, lost.Fault.Cause);
            await Exchange.Answer(http, RelayError.From(lost.Fault));
        }
    }

    private async Task RelayAsync(CancellationToken ended)
    {
        for (var retried = false; ; retried = true)
        {
            var session = binding.Session;
            await using var reply = await session.Session.OpenStreamAsync(LastEventId(), headers, ended);
            if (reply.Kind == ReplyKind.Events)
            {
                await RelayEventsAsync(session, reply, ended);
                return;
            }

            var error = reply.Kind == ReplyKind.SessionGone
                ? await LostSession.ReplaceAsync(client, binding, session, serverName, headers, services)
                : ErrorOf(reply);
            if (error is not null || retried)
            {
                await Exchange.Answer(http, error ?? RelayError.SessionLostTwice);
                return;
            }
        }
    }

    private RelayError ErrorOf(UpstreamReply reply) => reply switch
    {
        { Kind: ReplyKind.Fault } => RelayError.From(reply.Fault!),

        // Towards the client 401, 403 and 404 would be about its own token and session.
        { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden } when headers.Count == 0 => RelayError.UpstreamAuth(reply.Status),
        { Status: >= 400 and not (StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed) } => RelayError.StreamRefused(reply.Status),
        _ => RelayError.NoUpstreamStream,
    };

    private async Task RelayEventsAsync(PooledUpstream session, UpstreamReply reply, CancellationToken ended)
    {
        using var client = new EventWriter(http, services.Clock);
        await client.BeginAsync();
        await using var events = reply.ReadEvents(ended);
        do
        {
            while (events.TryRead(out var frame))
            {
                var relaying = RelayAsync(client, session, frame);
                if (!relaying.IsCompletedSuccessfully || client.IsFull)
                {
                    await client.FlushAsync();
                    await relaying;
                }
            }

            await client.FlushAsync();
        }
        while (await client.WaitAsync(events));
    }

    private ValueTask RelayAsync(EventWriter client, PooledUpstream session, in SseFrame frame) =>
        !frame.Data.IsEmpty
        && Envelope.Read(frame.Data.Span, out var envelope) == EnvelopeError.None
        && envelope is { Kind: MessageKind.Request, Method: McpMethod.Ping }
            ? AnswerPingAsync(session, SideMessages.Pong(envelope.Id.Of(frame.Data.Span)))
            : client.WriteAsync(frame);

    private async ValueTask AnswerPingAsync(PooledUpstream session, ReadOnlyMemory<byte> pong) =>
        await SideMessages.SendAsync(session.Session, pong, headers, services);

    /// <summary>Event ids of a session that will be handed on within its user's partition are not the client's to resume from.</summary>
    private string? LastEventId() =>
        client.OwnsSession && http.Request.Headers[McpHeaders.LastEventId].ToString() is { Length: > 0 } id ? id : null;
}
