using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A request of a caller without an upstream session of its own: leases one for this request (protocol.md section 2, ANY and LEASE).</summary>
/// <param name="x">The request.</param>
/// <param name="caller">Who asks.</param>
/// <param name="client">Whose client session it is on, where a cancel finds it; null at <c>/rpc</c>.</param>
/// <param name="door">Which door the client came through.</param>
/// <param name="services">Clock and log.</param>
internal sealed class LeasedCall(Exchange x, Caller caller, ClientSession? client, Door door, RelayServices services)
{
    public async Task RunAsync()
    {
        for (var retried = false; ; retried = true)
        {
            var lease = await Leasing.AcquireAsync(x, caller, Leasing.ModeOf(x.Envelope), services);
            if (!lease.IsHeld)
            {
                return;
            }

            var attempt = await TryAsync(lease);
            if (retried || !MayRepeat(attempt.End))
            {
                if (attempt.Error is { } error)
                {
                    // The client has no session to lose here, so it must not be told that it did.
                    await x.Answer(attempt.End == AttemptEnd.SessionGone ? RelayError.SessionLostTwice : error);
                }

                return;
            }
        }
    }

    private async ValueTask<Attempt> TryAsync(Lease<PooledUpstream> lease)
    {
        var attempt = Attempt.Unfinished;
        var began = services.Clock.GetTimestamp();
        var span = services.Tracer.BeginAsked(x, lease.Session);
        var (mapping, message) = IdMapping.Rewrite(x.Message, x.Envelope);
        using var virtualCall = lease.Session.Session.IsModern ? new VirtualCall(x, lease.Session, client, services) : null;
        var request = client is null ? null : new InFlightRequest(x.ClientId, lease.Session, mapping.UpstreamId, virtualCall is null ? null : virtualCall.Cancel);
        var copy = TaskOwners.Begins(x.Message.Span, x.Envelope, lease.Session) ? new AnswerCopy() : null;
        client?.InFlight.Add(request!);
        try
        {
            if (client is not null && virtualCall is null && (client.HasSetLogLevel || lease.Session.LogLevel >= 0))
            {
                // Another client of this session may have wished for another level.
                await Modern.LogLevel.SetAsync(lease.Session, ModernCaller.LogLevel(client.LogLevel.Span), x, services);
            }

            attempt = virtualCall is not null ? await virtualCall.RunAsync() : await new UpstreamCall(x, lease.Session, message, mapping, door, services, copy).RunAsync();
            if (copy is not null)
            {
                x.Route.Tasks.Learn(caller.Principal, lease.Session, copy.Message.Span);
            }

            return attempt;
        }
        finally
        {
            client?.InFlight.Remove(request!);
            services.Release(lease, x, attempt, began, span);
        }
    }

    private bool MayRepeat(AttemptEnd end) => end switch
    {
        AttemptEnd.SessionGone or AttemptEnd.NotRun => true,
        AttemptEnd.Lost => Repeatable.IsSafe(x.Envelope),
        _ => false,
    };
}
