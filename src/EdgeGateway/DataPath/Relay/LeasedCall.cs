using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A request of a caller without an upstream session of its own: leases one for this request (protocol.md section 2, ANY and LEASE).</summary>
/// <param name="x">The request.</param>
/// <param name="caller">Who asks.</param>
/// <param name="inFlight">Where the request can be found by a cancel; null at <c>/rpc</c>.</param>
/// <param name="door">Which door the client came through.</param>
/// <param name="services">Clock and log.</param>
internal sealed class LeasedCall(Exchange x, Caller caller, InFlightRequests? inFlight, Door door, RelayServices services)
{
    public async Task RunAsync()
    {
        for (var retried = false; ; retried = true)
        {
            var acquired = await x.Route.Pool.AcquireAsync(caller, ModeOf(x.Envelope), x.Http.RequestAborted);
            if (acquired.Refusal is { } refusal)
            {
                services.Log.Refused(x.Route.Server.Name, refusal.Reason);
                await x.Answer(RelayError.From(refusal));
                return;
            }

            var attempt = await TryAsync(acquired.Lease);
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
        var outcome = LeaseOutcome.ServerFault;
        var (mapping, message) = IdMapping.Rewrite(x.Message, x.Envelope);
        var request = new InFlightRequest(lease.Session, mapping.UpstreamId);
        inFlight?.Add(x.ClientId.Span, request);
        try
        {
            var attempt = await new UpstreamCall(x, lease.Session, message, mapping, door, services).RunAsync();
            outcome = attempt.Outcome;
            return attempt;
        }
        finally
        {
            inFlight?.Remove(x.ClientId.Span, request);
            lease.Release(outcome);
        }
    }

    private bool MayRepeat(AttemptEnd end) => end switch
    {
        AttemptEnd.SessionGone or AttemptEnd.NotRun => true,
        AttemptEnd.Lost => Repeatable.IsSafe(x.Envelope),
        _ => false,
    };

    /// <summary>Lists and lookups leave nothing behind in a session and may run beside others; everything else runs alone.</summary>
    private static LeaseMode ModeOf(in Envelope envelope) =>
        envelope.Method is McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList
            or McpMethod.PromptsGet or McpMethod.CompletionComplete
            ? LeaseMode.Shared
            : LeaseMode.Exclusive;
}
