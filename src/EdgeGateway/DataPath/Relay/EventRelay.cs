using System.Buffers;
using System.Runtime.CompilerServices;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Relays the events that answer one request, as soon as they come; those that came together are sent together.</summary>
internal sealed class EventRelay(
    Exchange x, PooledUpstream upstream, IdMapping? mapping, Door door, SilenceTimer silence, EventWriter client, RelayServices services, AnswerCopy? copy)
{
    // Nothing more is owed to a message that is no request.
    private bool _answered = x.Envelope.Kind is MessageKind.Notification or MessageKind.Response;
    private bool _resumable;

    public async ValueTask<Attempt> RunAsync(UpstreamReply reply)
    {
        silence.Pause();
        await client.BeginAsync();
        silence.Restart();
        await using var events = reply.ReadEvents(silence.Token);
        try
        {
            do
            {
                if (await RelayArrivedAsync(events))
                {
                    return Attempt.Answered;
                }
            }
            while (await client.WaitAsync(events));
        }
        catch (UpstreamException) when (_answered || _resumable)
        {
            // Nothing is missing, or the client can fetch the rest: its stream just ends, as the upstream's did.
        }

        return _answered || _resumable
            ? Attempt.Answered
            : throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream ended the stream without an answer."));
    }

    /// <summary>Relays what has arrived, and leaves nothing unsent.</summary>
    /// <returns>True when the stream has no further use; waiting for an upstream that leaves it open would hold the session.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> RelayArrivedAsync(EventReader events)
    {
        var isOver = false;
        while (!isOver && events.TryRead(out var frame))
        {
            silence.Restart(); // an upstream that always has the next event ready is never waited for, and not silent either
            var relaying = RelayAsync(frame);
            if (!relaying.IsCompletedSuccessfully || client.IsFull)
            {
                silence.Pause();
                await client.FlushAsync();
                await relaying;
                silence.Restart();
            }

            isOver = _answered && x.Envelope.Kind == MessageKind.Request;
        }

        silence.Pause();
        await client.FlushAsync();
        silence.Restart();
        return isOver;
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
            return mapping is null ? client.WriteAsync(frame) : default;
        }

        if (Envelope.Read(frame.Data.Span, out var envelope) != EnvelopeError.None)
        {
            return client.WriteAsync(Public(frame));
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
            return client.WriteAsync(Public(frame));
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
            return client.WriteAsync(Public(frame));
        }

        if (!mapping.IsOurs(envelope.ProgressToken.Of(frame.Data.Span)) || mapping.ClientToken.IsEmpty)
        {
            services.Log.StrayMessage(x.Route.Server.Name);
            return default;
        }

        return client.WriteAsync(Public(frame), envelope.ProgressToken, mapping.ClientToken.Span);
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
            return client.WriteAsync(frame);
        }

        if (!mapping.IsOurs(id))
        {
            services.Log.StrayMessage(x.Route.Server.Name);
            return default;
        }

        _answered = true;
        return client.WriteAsync(Public(frame), envelope.Id, mapping.ClientId.Span);
    }

    private ValueTask RelayBatchAsync(in SseFrame frame)
    {
        _answered = true;
        return client.WriteAsync(frame);
    }

    private SseFrame Public(in SseFrame frame) => mapping is null ? frame : frame with { Id = null, Retry = null };

    private async ValueTask AnswerUpstreamAsync(ReadOnlyMemory<byte> answer) =>
        await SideMessages.SendAsync(upstream.Session, answer, x.UpstreamHeaders, services);
}
