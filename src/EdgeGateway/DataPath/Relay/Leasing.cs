using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Gets a caller without an upstream session of its own one for this request (protocol.md section 2, ANY and LEASE).</summary>
internal static class Leasing
{
    /// <returns>A lease that is not held: the caller has been told why.</returns>
    public static async ValueTask<Lease<PooledUpstream>> AcquireAsync(Exchange x, Caller caller, LeaseMode mode, RelayServices services)
    {
        if (TaskOwners.Concerns(x.Message.Span, x.Envelope) && x.Route.Tasks.TryAcquire(caller, x.Route.Pool, x.Envelope.Name.Of(x.Message.Span)) is { IsHeld: true } owner)
        {
            services.HasSession(x);
            services.Meter.Waited(x.Route, TimeSpan.Zero);
            return owner;
        }

        var lease = x.Route.Pool.TryAcquire(caller, mode);
        if (lease.IsHeld)
        {
            services.HasSession(x);
            services.Meter.Waited(x.Route, TimeSpan.Zero);
            return lease;
        }

        var asked = services.Clock.GetTimestamp();
        var acquired = await x.Route.Pool.AcquireAsync(caller, mode, x.Http.RequestAborted);
        if (acquired.Refusal is not { } refusal)
        {
            services.HasSession(x);
            services.Meter.Waited(x.Route, services.Clock.GetElapsedTime(asked));
            return acquired.Lease;
        }

        await services.RefuseAsync(x, refusal);
        return default;
    }

    /// <summary>Lists and lookups leave nothing behind in a session and may run beside others; everything else runs alone.</summary>
    public static LeaseMode ModeOf(in Envelope envelope) =>
        envelope.Method is McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList
            or McpMethod.PromptsGet or McpMethod.CompletionComplete
            ? LeaseMode.Shared
            : LeaseMode.Exclusive;
}
