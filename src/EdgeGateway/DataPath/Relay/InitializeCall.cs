using System.Buffers;
using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay;

/// <summary>initialize: answered from a warm session of the client's class, without a round trip upstream.</summary>
internal static class InitializeCall
{
    /// <summary>It goes with every request; a name, a version and a sentence are a few hundred bytes. One with a picture in it is left out.</summary>
    private const int LongestClientInfo = 4096;

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
            await services.RefuseAsync(x, refusal);
            return;
        }

        var handshake = (bound.Binding?.Session ?? bound.Sample!).Session;
        var version = handshake.IsModern ? sessionClass.ProtocolVersion : handshake.ProtocolVersion;
        var client = bound.Binding is { } binding
            ? sessions.AddBound(x.Route, binding, version)
            : sessions.TryAddUnbound(x.Route, caller with { Class = handshake.IsModern ? sessionClass : sessionClass with { Capabilities = "{}" } }, version, sessionClass.Capabilities, isVirtual: handshake.IsModern);
        if (client is null)
        {
            await x.Answer(TooManyClients(x));
            return;
        }

        if (x.ClientGone)
        {
            // Nobody will ever use what was opened for this client.
            await sessions.EndAsync(client);
            return;
        }

        client.ClientInfo = handshake.IsModern ? ClientInfo(x) : default;
        x.Http.Response.Headers[McpHeaders.SessionId] = client.Id;
        await x.AnswerResult(handshake.IsModern ? Virtual(handshake.InitializeResult, version) : handshake.InitializeResult);
    }

    /// <summary>There was no handshake: whichever revision the client asked for is the one that is spoken with it.</summary>
    private static ReadOnlyMemory<byte> Virtual(ReadOnlyMemory<byte> result, string version)
    {
        var output = new ArrayBufferWriter<byte>(result.Length + 16);
        MessageSplice.Write(output, result.Span, JsonMembers.Locate(result.Span, "protocolVersion"u8), Encoding.ASCII.GetBytes($"\"{version}\""));
        return output.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> ClientInfo(Exchange x)
    {
        var info = JsonMembers.Find(x.Envelope.Params.Of(x.Message.Span), "clientInfo"u8);
        return info.Length is > 0 and <= LongestClientInfo && info[0] == '{' ? info.ToArray() : default;
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
