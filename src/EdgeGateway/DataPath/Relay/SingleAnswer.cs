using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Turns a stream of events into the one JSON answer that a caller at <c>/rpc</c> gets.</summary>
internal sealed class SingleAnswer(Exchange x, PooledUpstream upstream, IdMapping mapping, SilenceTimer silence, RelayServices services, AnswerCopy? copy)
{
    public async ValueTask<Attempt> RunAsync(UpstreamReply reply)
    {
        await foreach (var frame in reply.ReadEventsAsync(silence.Token))
        {
            silence.Restart();
            if (await TakeAsync(frame))
            {
                return Attempt.Answered;
            }
        }

        throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream ended the stream without an answer."));
    }

    /// <returns>True when this was the answer.</returns>
    private async ValueTask<bool> TakeAsync(SseFrame frame)
    {
        if (frame.Data.IsEmpty || Envelope.Read(frame.Data.Span, out var envelope) != EnvelopeError.None)
        {
            return false;
        }

        var id = envelope.Id.Of(frame.Data);
        if (envelope.Kind == MessageKind.Request)
        {
            await AnswerUpstreamAsync(envelope, id);
            return false;
        }

        if (envelope.Kind != MessageKind.Response || !mapping.IsOurs(id.Span))
        {
            return false;
        }

        copy?.Add(frame.Data.Span);
        if (!x.ClientGone)
        {
            x.Http.Response.ContentType = "application/json";
            MessageSplice.Write(x.Http.Response.BodyWriter, frame.Data.Span, envelope.Id, mapping.ClientId.Span);
            await x.Http.Response.BodyWriter.FlushAsync();
        }

        return true;
    }

    private Task AnswerUpstreamAsync(in Envelope envelope, ReadOnlyMemory<byte> id)
    {
        if (envelope.Method != McpMethod.Ping)
        {
            services.Log.ServerRequestRefused(x.Route.Server.Name, envelope.Method.ToString());
        }

        var answer = envelope.Method == McpMethod.Ping ? SideMessages.Pong(id.Span) : SideMessages.Refusal(id.Span);
        return SideMessages.SendAsync(upstream.Session, answer, x.UpstreamHeaders, services);
    }
}
