using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath;

/// <summary>The way of an MCP request through the gateway. Reads top to bottom as the request runs; the numbers are those of README.md.</summary>
internal sealed class RelayEndpoint(
    GatewayOptions options,
    ReadyState ready,
    OriginPolicy origins,
    JwtGate gate,
    RoutingTable routes,
    ClientSessions sessions,
    RelayServices services)
{
    /// <summary>POST /servers/{id}/mcp</summary>
    public async Task PostAsync(HttpContext http)
    {
        if (await EnterAsync(http) is not { } entry || await ReadMessageAsync(http, entry) is not { } x)
        {
            return;
        }

        using (x.Body)
        {
            if (!x.Exchange.Finishes && RefuseNew(entry.Route) is { } refused)
            {
                await x.Exchange.Answer(refused);
            }
            else if (x.Exchange.Envelope is { Kind: MessageKind.Request, Method: McpMethod.Initialize })
            {
                await InitializeCall.RunAsync(x.Exchange, sessions, services);
            }
            else if (await FindSessionAsync(http, entry, x.Exchange.ClientId) is { } client)
            {
                await RelayAsync(x.Exchange, client);
            }
        }
    }

    /// <summary>GET /servers/{id}/mcp</summary>
    public async Task GetAsync(HttpContext http)
    {
        if (await EnterAsync(http) is not { } entry)
        {
            return;
        }

        if (RefuseNew(entry.Route) is { } refused)
        {
            await Exchange.Answer(http, refused);
        }
        else if (!Accepts(http.Request, "text/event-stream"))
        {
            await Exchange.Answer(http, RelayError.NotAcceptable);
        }
        else if (await FindSessionAsync(http, entry, default) is { } client)
        {
            var headers = Callers.RequestHeaders(http.Request, entry.Route);
            await (client.Binding is { } binding
                ? new ServerStream(http, client, binding, entry.Route.Server.Name, headers, services, ready.DrainBegun).RunAsync()
                : Exchange.Answer(http, RelayError.NoServerStream));
        }
    }

    /// <summary>DELETE /servers/{id}/mcp</summary>
    public async Task DeleteAsync(HttpContext http)
    {
        if (await EnterAsync(http) is { } entry && await FindSessionAsync(http, entry, default) is { } client)
        {
            sessions.End(client);
        }
    }

    /// <summary>POST /servers/{id}/rpc: plain JSON-RPC without a session, curl's door.</summary>
    public async Task RpcAsync(HttpContext http)
    {
        if (await EnterAsync(http) is not { } entry || await ReadMessageAsync(http, entry) is not { } x)
        {
            return;
        }

        using (x.Body)
        {
            await (RefuseNew(entry.Route) is { } refused ? x.Exchange.Answer(refused) : RelayRpcAsync(x.Exchange));
        }
    }

    // 1 listen, 2 authenticate, 3 route. Null: the request has been answered.
    private async ValueTask<Entry?> EnterAsync(HttpContext http)
    {
        if (!origins.Allows(http.Request.Headers.Origin))
        {
            await Exchange.Answer(http, RelayError.ForeignOrigin);
            return null;
        }

        if (await gate.AdmitAsync(http) is not { } principal)
        {
            return null;
        }

        if (routes.Find((string)http.Request.RouteValues["id"]!) is not { } route)
        {
            await Exchange.Answer(http, RelayError.UnknownServer);
            return null;
        }

        return new Entry(route, principal);
    }

    /// <summary>Why nothing new may begin: the gateway or the server is on its way out. What a running request waits for still passes.</summary>
    private RelayError? RefuseNew(ServerRoute route) =>
        ready.IsDraining ? RelayError.GatewayDraining
        : route.Server.Enabled ? null
        : RelayError.Inactive;

    // 1 listen: the body. Null: the request has been answered.
    private async ValueTask<Incoming?> ReadMessageAsync(HttpContext http, Entry entry)
    {
        if (!IsJson(http.Request.ContentType))
        {
            await Exchange.Answer(http, RelayError.UnsupportedMediaType);
            return null;
        }

        var body = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes, http.RequestAborted);
        if (body is null)
        {
            await Exchange.Answer(http, RelayError.TooLarge(options.MaxBodyBytes));
            return null;
        }

        var malformed = Envelope.Read(body.Span, out var envelope);
        var x = new Exchange(http, entry.Route, entry.Principal, body, envelope);
        var error = malformed == EnvelopeError.None ? RefuseEra(x) : RelayError.Malformed(malformed);
        if (error is null)
        {
            return new Incoming(x, body);
        }

        await x.Answer(error);
        body.Dispose();
        return null;
    }

    /// <summary>Only revisions with a handshake are served. The header says which one a client speaks; without it and a session, _meta does.</summary>
    private static RelayError? RefuseEra(Exchange x)
    {
        if (x.Envelope.Method == McpMethod.Initialize)
        {
            return null;
        }

        var headers = x.Http.Request.Headers;
        var meta = x.Envelope.MetaProtocolVersion;
        return headers.ContainsKey(McpHeaders.ProtocolVersion) || headers.ContainsKey(McpHeaders.SessionId) || !meta.Exists
            ? RefuseVersion(x.Http.Request)
            : RefuseVersion(JsonText.Decode(meta.Of(x.Message.Span)));
    }

    private static RelayError? RefuseVersion(HttpRequest request) => RefuseVersion(request.Headers[McpHeaders.ProtocolVersion].ToString());

    private static RelayError? RefuseVersion(string version) =>
        version.Length == 0 || ProtocolVersions.LegacyHandshakes.Contains(version) ? null : RelayError.UnsupportedVersion(version);

    // 4 acquire, for a client that holds a session: it was acquired at initialize.
    private async ValueTask<ClientSession?> FindSessionAsync(HttpContext http, Entry entry, ReadOnlyMemory<byte> messageId)
    {
        var id = http.Request.Headers[McpHeaders.SessionId].ToString();
        var client = id.Length == 0 ? null : sessions.Find(id, entry.Route.Server.Id, entry.Principal);
        var error = RefuseVersion(http.Request)
            ?? (id.Length == 0 ? RelayError.MissingSession
            : client is null ? RelayError.SessionNotFound
            : HasOtherCredential(http.Request, entry, client) ? RelayError.CredentialChanged
            : null);
        if (error is null)
        {
            return client;
        }

        await Exchange.Answer(http, error, messageId);
        return null;
    }

    // 4 acquire to 7 record, for a client that holds a session.
    private Task RelayAsync(Exchange x, ClientSession client)
    {
        if (x.Envelope.Kind == MessageKind.Batch && (client.ProtocolVersion != ProtocolVersions.AssumedLegacy || !client.OwnsSession))
        {
            return x.Answer(RelayError.BatchNotAllowed);
        }

        if (x.Envelope is { Kind: MessageKind.Request, Method: McpMethod.Ping })
        {
            return x.AnswerResult(SideMessages.EmptyResult);
        }

        return client.Binding is { } binding ? RelayBound(x, client, binding) : RelayShared(x, client);
    }

    private Task RelayBound(Exchange x, ClientSession client, Binding<PooledUpstream> binding)
    {
        if (x.Envelope.Method == McpMethod.Initialized)
        {
            client.Initialized = true;
            if (!binding.Session.Session.TryClaimInitialized())
            {
                return x.AnswerAccepted();
            }
        }

        return x.Envelope.Method == McpMethod.Cancelled && !client.OwnsSession
            ? SharedMessages.CancelAsync(x, client, services)
            : new BoundCall(x, client, binding, services).RunAsync();
    }

    private Task RelayShared(Exchange x, ClientSession client) => x.Envelope switch
    {
        { Kind: MessageKind.Request, Method: McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe } => x.Answer(RelayError.SharedSubscription),
        { Kind: MessageKind.Request } => new LeasedCall(x, CallerOf(x, client), client.InFlight, Door.Shared, services).RunAsync(),
        { Method: McpMethod.Cancelled } => SharedMessages.CancelAsync(x, client, services),
        _ => x.AnswerAccepted(),
    };

    private Task RelayRpcAsync(Exchange x) => x.Envelope switch
    {
        { Kind: MessageKind.Batch } => x.Answer(RelayError.BatchNotAllowed),
        { Kind: MessageKind.Response } => x.Answer(RelayError.ResponseNotAllowed),
        { Kind: MessageKind.Notification } => x.AnswerAccepted(),
        { Method: McpMethod.Initialize } => x.Answer(RelayError.InitializeNotAllowed),
        { Method: McpMethod.Ping } => x.AnswerResult(SideMessages.EmptyResult),
        _ => new LeasedCall(x, Callers.From(x.Http.Request, x.Route, x.Principal, x.Route.Pool.Options.DefaultClass), null, Door.Rpc, services).RunAsync(),
    };

    /// <summary>The credential is that of now: the server's may have been changed since the client's session began.</summary>
    private static Caller CallerOf(Exchange x, ClientSession client)
    {
        var caller = Callers.From(x.Http.Request, x.Route, x.Principal, client.Caller.Class);
        return caller.StickyKey is null ? caller with { StickyKey = client.Id } : caller;
    }

    private static bool HasOtherCredential(HttpRequest request, Entry entry, ClientSession client) =>
        entry.Route.Server.PassthroughHeaders.Count > 0 && Callers.CredentialOf(request, entry.Route, entry.Principal) != client.Caller.Credential;

    /// <summary>Whatever the parameters: JSON is UTF-8, and what is not does not get past the envelope.</summary>
    private static bool IsJson(string? contentType) =>
        contentType is not null && contentType.AsSpan(0, contentType.IndexOf(';') is var end and >= 0 ? end : contentType.Length).Trim()
            .Equals("application/json", StringComparison.OrdinalIgnoreCase);

    private static bool Accepts(HttpRequest request, string mediaType)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains(mediaType, StringComparison.OrdinalIgnoreCase) || accept.Contains("*/*", StringComparison.Ordinal);
    }

    private readonly record struct Entry(ServerRoute Route, Principal Principal);

    private readonly record struct Incoming(Exchange Exchange, RequestBody Body);
}
