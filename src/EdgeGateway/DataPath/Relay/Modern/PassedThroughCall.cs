using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>A modern client's request to an upstream of its own era: byte for byte, both ways, unless the upstream allowed what it answered before to be served again.</summary>
internal sealed class PassedThroughCall(Exchange x, ModernParams parameters, Lease<PooledUpstream> lease, AnswerCache answers, RelayServices services)
{
    public async ValueTask<Attempt> RunAsync()
    {
        // What the server would refuse is neither answered from memory nor remembered.
        var key = answers.KeyOf(x, parameters) is { } made && ClientEra.Refuse(x.Http.Request, x.Envelope, x.Message, parameters) is null ? made : null;
        if (key is not null && answers.Find(key, x.Principal) is { } kept)
        {
            lease.Release(LeaseOutcome.Reusable);
            await kept.WriteAsync(x, services.Clock);
            return Attempt.Answered;
        }

        var copy = key is null ? null : new AnswerCopy();
        var attempt = Attempt.Unfinished;
        var began = services.Clock.GetTimestamp();
        var isStream = x.Envelope.Method == McpMethod.SubscriptionsListen;
        if (isStream)
        {
            if (lease.Session.Session.IsGone)
            {
                lease.Release(LeaseOutcome.SessionGone);
                return new Attempt(AttemptEnd.SessionGone, LeaseOutcome.SessionGone, RelayError.SessionLostTwice);
            }

            // A stream is no request: it takes no permit while it is open.
            lease.Release(LeaseOutcome.Reusable);
        }

        var span = services.Tracer.BeginAsked(x, lease.Session);
        try
        {
            attempt = await new UpstreamCall(x, lease.Session, x.Message, mapping: null, isStream ? Door.ModernStream : Door.Modern, services, copy).RunAsync();
            if (key is not null)
            {
                answers.Keep(key, x.Principal, copy!.Message, began);
            }

            return attempt;
        }
        finally
        {
            if (!isStream)
            {
                services.Release(lease, x, attempt, began, span);
            }
            else
            {
                Telemetry.CallTracer.Fail(span, attempt.Error ?? x.Failure);
                span?.Dispose();
            }
        }
    }
}
