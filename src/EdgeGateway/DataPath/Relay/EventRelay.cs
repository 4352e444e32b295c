using System.Buffers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Relays the events that answer one request, each with a flush of its own.</summary>
internal sealed class EventRelay(Exchange x, PooledUpstream upstream, IdMapping? mapping, Door door, SilenceTimer silence, RelayServices services, AnswerCopy? copy = null)
{
    // Nothing more is owed to a message that is no request.
    private bool _answered = x.Envelope.Kind is MessageKind.Notification or MessageKind.Response;
    private bool _resumable;

    public async ValueTask<Attempt> RunAsync(UpstreamReply reply)
    {
        silence.Pause();
        await EventStream.BeginAsync(x.Http);
        silence.Restart();
        try
        {
            await foreach (var frame in EventStream.ReadAsync(reply, x.Http, services.Clock, silence.Token))
            {
                silence.Pause();
                await RelayAsync(frame);
                silence.Restart();
                if (_answered && x.Envelope.Kind == MessageKind.Request)
                {
                    // The stream has no further use; waiting for an upstream that leaves it open would hold the session.
                    return Attempt.Answered;
                }
            }
        }
        catch (UpstreamException) when (_answered || _resumable)
        {
            // Nothing is missing, or the client can fetch the rest: its stream just ends, as the upstream's did.
        }

        return _answered || _resumable
            ? Attempt.Answered
            : throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream ended the stream without an answer."));
    }

    /// <summary>The last event of a stream that broke: the answer the client still waits for.</summary>
    public ValueTask EndWithErrorAsync(RelayError error)
    {
        if (_answered)
        {
            return default;
        }

        var data = new ArrayBufferWriter<byte>();
        JsonRpcError.Write(data, x.ClientId.Span, error.Code, error.Message, error.Reason);
        return EventStream.WriteAsync(x.Http, new SseFrame(null, data.WrittenMemory, null, null));
    }

    private ValueTask RelayAsync(in SseFrame frame)
    {
        // Only a session of the client's own can be resumed by the client: elsewhere event ids would mean somebody else's stream.
        _resumable |= mapping is null && door == Door.Bound && frame.Id is { Length: > 0 };
        if (frame.Data.IsEmpty)
        {
            return mapping is null ? EventStream.WriteAsync(x.Http, frame) : default;
        }

        if (Envelope.Read(frame.Data.Span, out var envelope) != EnvelopeError.None)
        {
            return EventStream.WriteAsync(x.Http, Public(frame));
        }

        return envelope.Kind switch
        {
            MessageKind.Request => RelayServerRequestAsync(frame, envelope),
            MessageKind.Notification => RelayNotificationAsync(frame, envelope),
            MessageKind.Response => RelayResponseAsync(frame, envelope),
            _ => RelayBatchAsync(frame),
        };
    }

    private ValueTask RelayServerRequestAsync(in SseFrame frame, in Envelope envelope)
    {
        var id = envelope.Id.Of(frame.Data.Span);
        if (envelope.Method == McpMethod.Ping)
        {
            return AnswerUpstreamAsync(SideMessages.Pong(id));
        }

        if (door is Door.Bound or Door.Modern or Door.ModernStream)
        {
            return EventStream.WriteAsync(x.Http, Public(frame));
        }

        services.Log.ServerRequestRefused(x.Route.Server.Name, envelope.Method.ToString());
        return AnswerUpstreamAsync(SideMessages.Refusal(id));
    }

    private ValueTask RelayNotificationAsync(in SseFrame frame, in Envelope envelope)
    {
        if (AnswerVersion.IsOutdatedBy(envelope.Method))
        {
            x.Route.Answers.Outdate();
        }

        if (mapping is null || envelope.Method != McpMethod.Progress)
        {
            return EventStream.WriteAsync(x.Http, Public(frame));
        }

        if (!mapping.IsOurs(envelope.ProgressToken.Of(frame.Data.Span)) || mapping.ClientToken.IsEmpty)
        {
            services.Log.StrayMessage(x.Route.Server.Name);
            return default;
        }

        return EventStream.WriteAsync(x.Http, Replace(frame, envelope.ProgressToken, mapping.ClientToken.Span));
    }

    private ValueTask RelayResponseAsync(in SseFrame frame, in Envelope envelope)
    {
        var id = envelope.Id.Of(frame.Data.Span);
        if (mapping is null)
        {
            var isAnswer = ClientIds.AreEqual(id, x.ClientId.Span);
            if (isAnswer)
            {
                copy?.Add(frame.Data.Span);
            }

            _answered |= isAnswer || x.Envelope.Kind == MessageKind.Batch;
            return EventStream.WriteAsync(x.Http, frame);
        }

        if (!mapping.IsOurs(id))
        {
            services.Log.StrayMessage(x.Route.Server.Name);
            return default;
        }

        _answered = true;
        return EventStream.WriteAsync(x.Http, Replace(frame, envelope.Id, mapping.ClientId.Span));
    }

    private ValueTask RelayBatchAsync(in SseFrame frame)
    {
        _answered = true;
        return EventStream.WriteAsync(x.Http, frame);
    }

    private SseFrame Replace(in SseFrame frame, Slice part, ReadOnlySpan<byte> replacement)
    {
        var data = new ArrayBufferWriter<byte>(frame.Data.Length + replacement.Length);
        MessageSplice.Write(data, frame.Data.Span, part, replacement);
        return Public(frame with { Data = data.WrittenMemory });
    }

    private SseFrame Public(in SseFrame frame) => mapping is null ? frame : frame with { Id = null, Retry = null };

    private async ValueTask AnswerUpstreamAsync(ReadOnlyMemory<byte> answer) =>
        await SideMessages.SendAsync(upstream.Session, answer, x.UpstreamHeaders, services);
}
