using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>A message of revision 2026-07-28: served by an upstream of its own era as it is, or over a pooled session (protocol.md sections 3 and 4).</summary>
internal sealed class ModernEndpoint(ParkedCalls parked, Watchers watchers, AnswerCache answers, ReadyState ready, RelayServices services)
{
    public async Task RunAsync(Exchange x)
    {
        var parameters = ModernParams.Read(x.Envelope.Params.Of(x.Message));
        var caller = await ModernCaller.OfAsync(x, parameters);
        if (!JudgesItself(x, caller) && ClientEra.Refuse(x.Http.Request, x.Envelope, x.Message, parameters) is { } refused)
        {
            await x.Answer(refused);
        }
        else
        {
            await (ModernCaller.IsSessionless(caller) ? RelayAsync(x, parameters, caller) : BridgeAsync(x, parameters, caller));
        }
    }

    /// <summary>An upstream of the client's revision says itself what is wrong with a message, unless it is one that does not see its headers.</summary>
    private static bool JudgesItself(Exchange x, in Caller caller) =>
        ModernCaller.IsSessionless(caller) && x.Route.Server.Transport != ServerTransport.Stdio;

    private Task BridgeAsync(Exchange x, ModernParams parameters, Caller caller) => x.Envelope switch
    {
        { Kind: MessageKind.Notification } => x.AnswerAccepted(),
        { Method: McpMethod.Initialize or McpMethod.Ping or McpMethod.LoggingSetLevel or McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe } =>
            x.Answer(RelayError.NoSuchMethod),
        _ when parameters.RequestState.IsEmpty => RelayAsync(x, parameters, caller),
        _ => parked.TryTake(x, parameters) is { } call ? call.ResumeAsync(x, parameters) : x.Answer(RelayError.StateRejected),
    };

    private async Task RelayAsync(Exchange x, ModernParams parameters, Caller caller)
    {
        for (var retried = false; ; retried = true)
        {
            var mode = ModernCaller.IsSessionless(caller) ? LeaseMode.Shared : Leasing.ModeOf(x.Envelope);
            var lease = await Leasing.AcquireAsync(x, caller, mode, services);
            if (!lease.IsHeld)
            {
                return;
            }

            var attempt = await RunAsync(x, parameters, caller, lease);
            if (retried || !MayRepeat(x, attempt.End))
            {
                if (attempt.Error is { } error)
                {
                    await x.Answer(attempt.End == Release.AttemptEnd.SessionGone ? RelayError.SessionLostTwice : error);
                }

                return;
            }
        }
    }

    private async ValueTask<Release.Attempt> RunAsync(Exchange x, ModernParams parameters, Caller caller, Lease<PooledUpstream> lease)
    {
        if (lease.Session.Session.IsModern)
        {
            return await new PassedThroughCall(x, parameters, lease, answers, services).RunAsync();
        }

        switch (x.Envelope.Method)
        {
            case McpMethod.ServerDiscover:
                lease.Release(LeaseOutcome.Reusable);
                await Discovery.AnswerAsync(x, lease.Session.Session);
                return Release.Attempt.Answered;
            case McpMethod.SubscriptionsListen:
                var capabilities = Discovery.CapabilitiesOf(lease.Session.Session);
                lease.Release(LeaseOutcome.Reusable);
                await new ListenCall(x, caller, watchers, ready, services).RunAsync(capabilities);
                return Release.Attempt.Answered;
            default:
                return await new BridgedCall(x, parameters, lease, parked, services).RunAsync();
        }
    }

    private static bool MayRepeat(Exchange x, Release.AttemptEnd end) => end switch
    {
        Release.AttemptEnd.SessionGone or Release.AttemptEnd.NotRun => true,
        Release.AttemptEnd.Lost => Repeatable.IsSafe(x.Envelope),
        _ => false,
    };
}
