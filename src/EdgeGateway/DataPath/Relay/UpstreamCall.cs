using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
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
internal sealed class UpstreamCall(Exchange x, PooledUpstream upstream, ReadOnlyMemory<byte> message, IdMapping? mapping, Door door, RelayServices services)
{
    /// <summary>How long a cancelled request may take to end before its session counts as unclean (pool.md section 2, hygiene).</summary>
    private static readonly TimeSpan CancelGrace = TimeSpan.FromSeconds(5);

    private ReadOnlyMemory<byte> UpstreamId => mapping?.UpstreamId ?? x.ClientId;

    public async ValueTask<Attempt> RunAsync()
    {
        using var silence = new SilenceTimer(x.Route.Server.RequestTimeout, services.Clock);

        // A legacy client that goes away has not cancelled: the request runs on and its answer is dropped. At /rpc the disconnect is the cancel.
        using var disconnect = door == Door.Rpc ? x.Http.RequestAborted.UnsafeRegister(_ => Cancel(silence), null) : default;
        var relay = new ReplyRelay(x, upstream, mapping, door, silence, services);
        UpstreamReply? reply = null;
        try
        {
            reply = await upstream.Session.PostAsync(message, x.UpstreamHeaders, silence.Token);
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
        if (door == Door.Rpc && x.ClientGone)
        {
            return new(AttemptEnd.Failed, LeaseOutcome.CallerCancelled);
        }

        var limit = x.Route.Server.RequestTimeout;
        services.Log.UpstreamSilent(x.Route.Server.Name, limit.TotalSeconds);
        SendCancelled("the gateway's request_timeout has passed");
        return await relay.FailAsync(new(AttemptEnd.Failed, LeaseOutcome.TimedOut, RelayError.UpstreamSilent(limit)));
    }

    private void Cancel(SilenceTimer silence)
    {
        SendCancelled("the client disconnected");
        silence.EndWithin(CancelGrace);
    }

    private void SendCancelled(string reason)
    {
        // Only requests have an id to be cancelled by.
        if (x.Envelope.Kind == MessageKind.Request)
        {
            _ = SideMessages.SendAsync(upstream.Session, SideMessages.Cancelled(UpstreamId.Span, reason), x.UpstreamHeaders, services);
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

    /// <summary>/rpc: no session, one request, one JSON answer.</summary>
    Rpc,
}
