using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>initialize: answered from a warm session of the client's class, without a round trip upstream.</summary>
internal static class InitializeCall
{
    public static async Task RunAsync(Exchange x, ClientSessions sessions, RelayServices services)
    {
        if (ClassOf(x) is not { } sessionClass)
        {
            await x.Answer(RelayError.MissingProtocolVersion);
            return;
        }

        var caller = Callers.From(x.Http.Request, x.Route, x.Principal, sessionClass);
        var bound = await x.Route.Pool.BindAsync(caller, x.Http.RequestAborted);
        if (bound.Refusal is { } refusal)
        {
            services.Log.Refused(x.Route.Server.Name, refusal.Reason);
            await x.Answer(RelayError.From(refusal));
            return;
        }

        var handshake = (bound.Binding?.Session ?? bound.Sample!).Session;
        var client = bound.Binding is { } binding
            ? sessions.AddBound(x.Route, binding)
            : sessions.TryAddUnbound(x.Route, caller with { Class = sessionClass with { Capabilities = "{}" } }, handshake.ProtocolVersion);
        if (client is null)
        {
            await x.Answer(TooManyClients(x));
            return;
        }

        if (x.ClientGone)
        {
            // Nobody will ever use what was opened for this client.
            sessions.End(client);
            return;
        }

        x.Http.Response.Headers[McpHeaders.SessionId] = client.Id;
        await x.AnswerResult(handshake.InitializeResult);
    }

    private static SessionClass? ClassOf(Exchange x)
    {
        var message = x.Message.Span;
        if (!x.Envelope.ProtocolVersion.Exists || !x.Envelope.Capabilities.Exists || message[x.Envelope.Capabilities.Start] != '{')
        {
            return null;
        }

        // A client may ask for a revision nobody knows; it is offered the newest, as the lifecycle section of the specification says.
        var asked = ProtocolVersions.FindHandshake(x.Envelope.ProtocolVersion.Of(message));
        var capabilities = x.Route.Pool.Options.Isolation == Isolation.Shared ? "{}" : CanonicalJson.Of(x.Envelope.Capabilities.Of(message));
        return new SessionClass(asked ?? ProtocolVersions.NewestLegacy, capabilities);
    }

    private static RelayError TooManyClients(Exchange x) => new(
        503,
        JsonRpcError.ServerError,
        $"The server has max_client_sessions ({x.Route.Pool.Options.MaxClientSessions}) clients already. Raise it in the pool config.",
        "pool_exhausted",
        TimeSpan.FromSeconds(10));
}
