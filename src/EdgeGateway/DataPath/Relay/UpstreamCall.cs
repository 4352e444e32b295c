using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>One try of one request on one session: send, stream the answer back, say how it ended.</summary>
/// <param name="x">The request.</param>
/// <param name="upstream">The session.</param>
/// <param name="message">What goes upstream: the client's bytes, or those with ids rewritten.</param>
/// <param name="mapping">How ids differ; null where they pass untouched.</param>
/// <param name="door">Which door the client came through: what may be relayed to it.</param>
/// <param name="services">Clock and log.</param>
/// <param name="copy">Gets what the answer says beside the client; null where nobody wants it again.</param>
internal sealed class UpstreamCall(
    Exchange x, PooledUpstream upstream, ReadOnlyMemory<byte> message, IdMapping? mapping, Door door, RelayServices services, AnswerCopy? copy = null)
{
    /// <summary>How long a cancelled request may take to end before its session counts as unclean (pool.md section 2, hygiene).</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    private ReadOnlyMemory<byte> UpstreamId => mapping?.UpstreamId ?? x.ClientId;

    private bool IsModern => door is Door.Modern or Door.ModernStream;

    public async ValueTask<Attempt> RunAsync()
    {
        using var silence = services.Silence.Rent(door == Door.ModernStream ? Timeout.InfiniteTimeSpan : x.Route.Server.RequestTimeout);

        // A legacy client that goes away has not cancelled: the request runs on and its answer is dropped. Elsewhere the disconnect is the cancel.
        using var disconnect = door == Door.Rpc || IsModern ? CancelWithClient(silence) : default;
        var relay = new ReplyRelay(x, upstream, mapping, door, silence, services, copy);
        UpstreamReply? reply = null;
        try
        {
            reply = await upstream.Session.PostAsync(message, IsModern ? Modern.ModernCaller.ForwardedHeaders(x) : x.RequestHeaders, silence.Token);
            services.AnswerBegins(x);
            silence.Restart();
            return await relay.RunAsync(reply);
        }
        catch (OperationCanceledException) when (silence.Token.IsCancellationRequested)
        {
            return await GiveUpAsync(relay);
        }
        catch (UpstreamException failed)
        {
            services.Log.UpstreamFailed(x.Route.Server.Name, failed.Fault.Reason, failed.Fault.Cause);
            return await relay.FailAsync(Attempt.From(failed.Fault));
        }
        finally
        {
            if (reply is not null)
            {
                await reply.DisposeAsync();
            }
        }
    }

    private async ValueTask<Attempt> GiveUpAsync(ReplyRelay relay)
    {
        if ((door == Door.Rpc || IsModern) && x.ClientGone)
        {
            // A modern request stands for itself: nothing of it stays behind on what it ran on, which others may be using.
            return new(AttemptEnd.Failed, IsModern ? LeaseOutcome.Reusable : LeaseOutcome.CallerCancelled);
        }

        var limit = x.Route.Server.RequestTimeout;
        services.Log.UpstreamSilent(x.Route.Server.Name, limit.TotalSeconds);
        SendCancelled("the gateway's request_timeout has passed");
        return await relay.FailAsync(new(AttemptEnd.Failed, LeaseOutcome.TimedOut, RelayError.UpstreamSilent(limit)));
    }

    private CancellationTokenRegistration CancelWithClient(SilenceTimer silence) => x.Http.RequestAborted.UnsafeRegister(_ => Cancel(silence), null);

    private void Cancel(SilenceTimer silence)
    {
        if (IsModern)
        {
            // Between modern parties the end of the connection says it all.
            silence.EndWithin(TimeSpan.Zero);
            return;
        }

        // First the time, then the message: after this call has ended the timer is another's.
        silence.EndWithin(CancelGrace);
        SendCancelled("the client disconnected");
    }

    private void SendCancelled(string reason)
    {
        // Only requests have an id to be cancelled by.
        if (x.Envelope.Kind == MessageKind.Request && !IsModern)
        {
            SideMessages.SendCancelled(upstream, UpstreamId.Span, reason, x.UpstreamHeaders, services);
        }
    }
}

/// <summary>The way a client came in.</summary>
internal enum Door
{
    /// <summary>/mcp, on an upstream session of the client's own.</summary>
    Bound,

    /// <summary>/mcp, on a session that serves others too.</summary>
    Shared,

    /// <summary>/mcp, a modern client's request to a modern upstream.</summary>
    Modern,

    /// <summary>The same, a stream that stays open.</summary>
    ModernStream,

    /// <summary>/rpc: no session, one request, one JSON answer.</summary>
    Rpc,
}
