using System.Buffers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// Streams one upstream answer to the client, byte for byte but for rewritten ids. Nothing is buffered whole: JSON passes
/// chunk by chunk, events one by one. When the client is gone the answer is still read to its end, so that the session is clean.
/// </summary>
internal sealed class ReplyRelay(Exchange x, PooledUpstream upstream, IdMapping? mapping, Door door, SilenceTimer silence, RelayServices services, AnswerCopy? copy = null)
{
    /// <summary>One read of a JSON body: a tool's typical answer fits.</summary>
    private const int ChunkBytes = 16 * 1024;

    private EventRelay? _events;
    private bool _begun;

    public ValueTask<Attempt> RunAsync(UpstreamReply reply) => reply.Kind switch
    {
        ReplyKind.Json => RelayBodyAsync(reply, StatusCodes.Status200OK),
        ReplyKind.Events => RelayEventsAsync(reply),
        ReplyKind.Accepted => AcceptedAsync(),
        ReplyKind.SessionGone => new(new Attempt(AttemptEnd.SessionGone, LeaseOutcome.SessionGone, RelayError.SessionNotFound)),
        ReplyKind.HttpError => RelayHttpErrorAsync(reply),
        _ => new(Failed(reply.Fault!)),
    };

    /// <summary>Ends the answer with an error: as the answer itself if none began, as a last event if events did, by cutting the connection otherwise.</summary>
    public async ValueTask<Attempt> FailAsync(Attempt failed)
    {
        if (!_begun)
        {
            return failed;
        }

        x.Failure = failed.Error;
        if (_events is null)
        {
            x.Http.Abort();
        }
        else
        {
            await _events.EndWithErrorAsync(failed.Error!);
        }

        return failed with { End = AttemptEnd.Answered, Error = null };
    }

    private async ValueTask<Attempt> RelayBodyAsync(UpstreamReply reply, int status)
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            await (reply.Length is > 0 and <= ChunkBytes and var length
                ? RelayWholeAsync(reply, status, chunk.AsMemory(0, (int)length))
                : RelayChunksAsync(reply, status, chunk));
            return Attempt.Answered;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>What is small is passed on when it is all there: as one packet, with its length, instead of as chunks.</summary>
    private async ValueTask RelayWholeAsync(UpstreamReply reply, int status, Memory<byte> whole)
    {
        for (var filled = 0; filled < whole.Length;)
        {
            filled += await reply.Body.ReadAsync(whole[filled..], silence.Token) is > 0 and var read ? read : throw EndedEarly();
            silence.Restart();
        }

        copy?.Add(whole.Span);
        if (x.ClientGone)
        {
            return;
        }

        Begin(status, reply);
        x.Http.Response.ContentLength = WriteWhole(whole.Span);
        silence.Pause();
        await x.Http.Response.BodyWriter.FlushAsync();
    }

    /// <returns>How long it has become.</returns>
    private int WriteWhole(ReadOnlySpan<byte> whole)
    {
        var output = x.Http.Response.BodyWriter;
        if (mapping is null)
        {
            output.Write(whole);
            return whole.Length;
        }

        if (WholeResponse.TryReplaceId(whole, mapping.UpstreamId.Span, mapping.ClientId.Span, output))
        {
            return whole.Length + mapping.ClientId.Length - mapping.UpstreamId.Length;
        }

        var rewriter = new ResponseIdRewriter(mapping.ClientId);
        rewriter.Write(whole, output);
        rewriter.Complete(output);
        return whole.Length + rewriter.Growth;
    }

    private async ValueTask RelayChunksAsync(UpstreamReply reply, int status, byte[] chunk)
    {
        var rewriter = mapping is null ? null : new ResponseIdRewriter(mapping.ClientId);
        var output = x.Http.Response.BodyWriter;
        while (await reply.Body.ReadAsync(chunk, silence.Token) is > 0 and var read)
        {
            silence.Pause();
            copy?.Add(chunk.AsSpan(0, read));
            if (!x.ClientGone)
            {
                Begin(status, reply);
                Write(chunk.AsSpan(0, read), rewriter, output);
                await output.FlushAsync();
            }

            silence.Restart();
        }

        if (!x.ClientGone)
        {
            Begin(status, reply);
            rewriter?.Complete(output);
            await output.FlushAsync();
        }
    }

    private static void Write(ReadOnlySpan<byte> read, ResponseIdRewriter? rewriter, IBufferWriter<byte> output)
    {
        if (rewriter is null)
        {
            output.Write(read);
        }
        else
        {
            rewriter.Write(read, output);
        }
    }

    private static UpstreamException EndedEarly() =>
        new(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream ended its answer before it was complete; see its log."));

    private async ValueTask<Attempt> RelayEventsAsync(UpstreamReply reply)
    {
        if (mapping is not null)
        {
            // Where ids are rewritten the client does not see those of events either, so it cannot resume by itself.
            reply.ResumeOn(upstream.Session, x.UpstreamHeaders, services.Clock);
        }

        if (door == Door.Rpc)
        {
            return await new SingleAnswer(x, upstream, mapping!, silence, services, copy).RunAsync(reply);
        }

        _begun = true;
        using var client = new EventWriter(x.Http, services.Clock);
        _events = new EventRelay(x, upstream, mapping, door, silence, client, services, copy);
        return await _events.RunAsync(reply);
    }

    private async ValueTask<Attempt> AcceptedAsync()
    {
        // The message was a request, yet the upstream took it like a notification: the client would wait for ever.
        if (x.Envelope.Kind == MessageKind.Request)
        {
            return Failed(new UpstreamFault(UpstreamFaultKind.Protocol, "The upstream accepted the request without answering it."));
        }

        await x.AnswerAccepted();
        return Attempt.Answered;
    }

    private ValueTask<Attempt> RelayHttpErrorAsync(UpstreamReply reply)
    {
        switch (reply.Status)
        {
            case StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden when x.UpstreamHeaders.Count == 0:
                return Refuse(RelayError.UpstreamAuth(reply.Status));
            case StatusCodes.Status404NotFound when door is not (Door.Modern or Door.ModernStream):
                // Towards the client a 404 means that its session ended, which is not what happened.
                return Refuse(RelayError.UpstreamNotFound);
            default:
                return RelayBodyAsync(reply, reply.Status);
        }
    }

    /// <summary>An answer the client must not get as it is. The upstream lives, so its session stays.</summary>
    private ValueTask<Attempt> Refuse(RelayError error)
    {
        services.Log.UpstreamFailed(x.Route.Server.Name, error.Reason!, null);
        return new(new Attempt(AttemptEnd.Failed, LeaseOutcome.Reusable, error));
    }

    private Attempt Failed(UpstreamFault fault)
    {
        services.Log.UpstreamFailed(x.Route.Server.Name, fault.Reason, fault.Cause);
        return Attempt.From(fault);
    }

    /// <summary>Not before there is something to pass on: until then another try may answer, and nothing of this one may stay behind.</summary>
    private void Begin(int status, UpstreamReply reply)
    {
        if (_begun)
        {
            return;
        }

        _begun = true;
        x.Http.Response.StatusCode = status;
        x.Http.Response.ContentType = reply.ContentType ?? "application/json";
        if (reply.Kind == ReplyKind.HttpError)
        {
            x.Http.Response.Headers.RetryAfter = reply.RetryAfter;
            x.Http.Response.Headers.WWWAuthenticate = reply.WwwAuthenticate;
        }
    }
}
