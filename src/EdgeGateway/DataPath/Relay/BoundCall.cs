using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A message of a client that has an upstream session of its own (protocol.md section 2, PIN).</summary>
internal sealed class BoundCall(Exchange x, ClientSession client, Binding<PooledUpstream> binding, RelayServices services)
{
    public async Task RunAsync()
    {
        for (var retried = false; ; retried = true)
        {
            var lease = binding.TryAcquire();
            if (!lease.IsHeld)
            {
                var acquired = binding.Acquire(x.Finishes);
                if (acquired.Refusal is { } refusal)
                {
                    await services.RefuseAsync(x, refusal);
                    return;
                }

                lease = acquired.Lease;
            }

            services.HasSession(x);
            var session = lease.Session;
            await LostSession.UntilReadyAsync(client, session.Session);
            var attempt = await TryAsync(lease);
            if (attempt.End == AttemptEnd.SessionGone && await LostSession.ReplaceAsync(client, binding, session, x.Route.Server.Name, x.UpstreamHeaders, services) is { } lost)
            {
                await x.Answer(lost);
                return;
            }

            if (attempt.End == AttemptEnd.SessionGone && x.Envelope.Kind is MessageKind.Notification or MessageKind.Response)
            {
                // What it was about went with the old session; the new one got its own initialized already.
                await x.AnswerAccepted();
                return;
            }

            if (retried || !MayRepeat(attempt.End))
            {
                if (attempt.Error is { } error)
                {
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
        var leavesState = !IsHarmless(x.Envelope);
        if (leavesState)
        {
            binding.MarkUsed();
        }

        var (mapping, message) = Prepare();
        using var virtualCall = lease.Session.Session.IsModern ? new VirtualCall(x, lease.Session, client, services) : null;
        var inFlight = virtualCall is not null ? new InFlightRequest(x.ClientId, lease.Session, default, virtualCall.Cancel)
            : mapping is not null ? new InFlightRequest(x.ClientId, lease.Session, mapping.UpstreamId)
            : null;
        if (inFlight is not null)
        {
            client.InFlight.Add(inFlight);
        }

        try
        {
            attempt = virtualCall is not null ? await virtualCall.RunAsync() : await new UpstreamCall(x, lease.Session, message, mapping, Door.Bound, services).RunAsync();
            if (x.Envelope.Method == McpMethod.Initialized)
            {
                lease.Session.Session.ConfirmInitialized();
            }

            if (leavesState && attempt.End == AttemptEnd.SessionGone)
            {
                // It did not run, so it left nothing behind: the session may still be as good as new.
                binding.TakeBackUse();
            }

            return attempt;
        }
        finally
        {
            if (inFlight is not null)
            {
                client.InFlight.Remove(inFlight);
            }

            services.Release(lease, x, attempt, began, span);
        }
    }

    /// <summary>A session that later serves another client session gets ids of the gateway's own.</summary>
    private (IdMapping? Mapping, ReadOnlyMemory<byte> Message) Prepare() =>
        client.OwnsSession || x.Envelope.Kind != MessageKind.Request ? (null, x.Message) : IdMapping.Rewrite(x.Message, x.Envelope);

    private bool MayRepeat(AttemptEnd end) => end switch
    {
        AttemptEnd.SessionGone => true,
        AttemptEnd.Lost => Repeatable.IsSafe(x.Envelope),
        _ => false,
    };

    /// <summary>Whether the session is still as good as new afterwards.</summary>
    private static bool IsHarmless(in Envelope envelope) =>
        envelope.Method is McpMethod.Initialized or McpMethod.Ping or McpMethod.ToolsList or McpMethod.PromptsList
            or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList;
}
