using System.Text;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern;
using EdgeGateway.DataPath.Relay.Modern.Watching;
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
    ModernEndpoint modern,
    Watchers watchers,
    Readmission readmission,
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
        using (services.BeginServed(x.Exchange))
        {
            await ServeAsync(entry, x.Exchange);
        }
    }

    /// <summary>What a message gets, whichever way it came and its answer goes: see <see cref="LegacySse.LegacySseEndpoint"/>.</summary>
    internal async Task ServeAsync(Entry entry, Exchange x)
    {
        if (!x.Finishes && RefuseNew(entry.Route) is { } refused)
        {
            await x.Answer(refused);
        }
        else if (ClientEra.IsModern(x))
        {
            await modern.RunAsync(x);
        }
        else if (x.Envelope is { Kind: MessageKind.Request, Method: McpMethod.Initialize })
        {
            await InitializeCall.RunAsync(x, sessions, services);
        }
        else if (await FindSessionAsync(x.Http, entry, x) is { } client)
        {
            await RelayAsync(x, client);
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
        else if (IsModern(http.Request))
        {
            await Exchange.Answer(http, RelayError.PostOnly);
        }
        else if (!Accepts(http.Request, "text/event-stream"))
        {
            await Exchange.Answer(http, RelayError.NotAcceptable);
        }
        else if (await FindSessionAsync(http, entry, null) is { } client)
        {
            var headers = Callers.RequestHeaders(http.Request, entry.Route);
            var caller = Callers.From(http.Request, entry.Route, entry.Principal, client.Caller.Class);
            await (client.IsVirtual ? new VirtualStream(http, client, caller, headers, entry.Route, routes, services, ready.DrainBegun).RunAsync()
                : client.Binding is { } binding
                ? new ServerStream(http, client, binding, entry.Route.Server.Name, headers, services, ready.DrainBegun).RunAsync()
                : new SharedStream(http, entry.Route, client, caller, watchers, ready, services).RunAsync());
        }
    }

    /// <summary>DELETE /servers/{id}/mcp</summary>
    public async Task DeleteAsync(HttpContext http)
    {
        if (await EnterAsync(http) is not { } entry)
        {
            return;
        }

        if (IsModern(http.Request))
        {
            await Exchange.Answer(http, RelayError.PostOnly);
        }
        else if (await FindSessionAsync(http, entry, null) is { } client)
        {
            await sessions.EndAsync(client);
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
        using (services.BeginServed(x.Exchange))
        {
            await ((RefuseNew(entry.Route) ?? RefuseEra(x.Exchange)) is { } refused ? x.Exchange.Answer(refused) : RelayRpcAsync(x.Exchange));
        }
    }

    // 1 listen, 2 authenticate, 3 route. Null: the request has been answered.
    internal async ValueTask<Entry?> EnterAsync(HttpContext http)
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

        if (routes.Find(ServerPath.IdOf(http.Request)) is not { } route)
        {
            await Exchange.Answer(http, RelayError.UnknownServer);
            return null;
        }

        return new Entry(route, principal);
    }

    /// <summary>Why nothing new may begin: the gateway or the server is on its way out. What a running request waits for still passes.</summary>
    internal RelayError? RefuseNew(ServerRoute route) =>
        ready.IsDraining ? RelayError.GatewayDraining
        : route.Server.Enabled ? null
        : RelayError.Inactive;

    // 1 listen: the body. Null: the request has been answered.
    internal async ValueTask<Incoming?> ReadMessageAsync(HttpContext http, Entry entry)
    {
        if (!IsJson(http.Request.ContentType))
        {
            await Exchange.Answer(http, RelayError.UnsupportedMediaType);
            return null;
        }

        var body = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes);
        if (body is null)
        {
            await Exchange.Answer(http, RelayError.TooLarge(options.MaxBodyBytes));
            return null;
        }

        var malformed = Envelope.Read(body.Span, out var envelope);
        var x = new Exchange(http, entry.Route, entry.Principal, body, envelope);
        if (malformed == EnvelopeError.None)
        {
            return new Incoming(x, body);
        }

        await x.Answer(RelayError.Malformed(malformed));
        body.Dispose();
        return null;
    }

    /// <summary>Where no session and no era is, the header says which revision a client speaks; without it _meta does.</summary>
    private static RelayError? RefuseEra(Exchange x)
    {
        var meta = x.Envelope.MetaProtocolVersion;
        return x.Http.Request.Headers.ContainsKey(McpHeaders.ProtocolVersion) || !meta.Exists
            ? RefuseVersion(x.ProtocolVersion)
            : RefuseVersion(JsonText.Decode(meta.Of(x.Message.Span)));
    }

    private static RelayError? RefuseVersion(string version) =>
        version.Length == 0 || ProtocolVersions.LegacyHandshakes.Contains(version) ? null : RelayError.UnsupportedVersion(version, ProtocolVersions.Legacy);

    // 4 acquire, for a client that holds a session: it was acquired at initialize.
    private async ValueTask<ClientSession?> FindSessionAsync(HttpContext http, Entry entry, Exchange? x)
    {
        var id = http.Request.Headers[McpHeaders.SessionId].ToString();
        Refusal? notNow = null;
        var client = id.Length == 0 ? null : sessions.Find(id, entry.Route.Server.Id, entry.Principal);
        if (client is null && id.Length > 0)
        {
            // Perhaps of an earlier run: storage knows whether it has ended, and no thread of the sockets waits for that.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            client = readmission.Find(id, entry.Route, entry.Principal, Callers.CredentialOf(http.Request, entry.Route, entry.Principal), out notNow);
        }

        var error = RefuseVersion(x?.ProtocolVersion ?? http.Request.Headers[McpHeaders.ProtocolVersion].ToString())
            ?? (id.Length == 0 ? RelayError.MissingSession
            : notNow is not null ? RelayError.From(notNow)
            : client is null ? RelayError.SessionNotFound
            : HasOtherCredential(http.Request, entry, client) ? RelayError.CredentialChanged
            : null);
        if (error is null)
        {
            return client;
        }

        await (x?.Answer(error) ?? Exchange.Answer(http, error));
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

        if (RelayVirtual(x, client) is { } handled)
        {
            return handled;
        }

        return client.Binding is { } binding ? RelayBound(x, client, binding) : RelayShared(x, client);
    }

    /// <summary>What the gateway keeps for a client whose upstream has no sessions; null when the message goes on.</summary>
    private Task? RelayVirtual(Exchange x, ClientSession client)
    {
        if (x.Envelope.Kind == MessageKind.Response && client.Questions.TryAnswer(x.Message, x.Envelope))
        {
            return x.AnswerAccepted();
        }

        if (!client.IsVirtual)
        {
            return null;
        }

        switch (x.Envelope)
        {
            case { Kind: MessageKind.Request, Method: McpMethod.LoggingSetLevel }:
                return RememberLevel(x, client);
            case { Kind: MessageKind.Request, Method: McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe } when x.Envelope.Name.Exists:
                return RememberSubscriptionAsync(x, client);
            case { Kind: MessageKind.Notification, Method: McpMethod.Cancelled }:
                return SharedMessages.CancelAsync(x, client, services);
            case { Kind: MessageKind.Notification or MessageKind.Response }:
                return x.AnswerAccepted();
            default:
                return null;
        }
    }

    private async Task AnswerKeptAsync(Exchange x, ClientSession client)
    {
        await sessions.KeepAsync(client);
        await x.AnswerResult(SideMessages.EmptyResult);
    }

    private async Task RememberSubscriptionAsync(Exchange x, ClientSession client)
    {
        await client.Subscriptions.SetAsync(Encoding.UTF8.GetString(x.Envelope.Name.Of(x.Message.Span)), x.Envelope.Method == McpMethod.ResourcesSubscribe)
            .WaitAsync(x.Http.RequestAborted);
        await AnswerKeptAsync(x, client);
    }

    private Task RememberLevel(Exchange x, ClientSession client)
    {
        var level = JsonMembers.Find(x.Envelope.Params.Of(x.Message.Span), "level"u8);
        client.SetLogLevel(level.StartsWith("\""u8) ? level.ToArray() : default);
        return AnswerKeptAsync(x, client);
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
        { Kind: MessageKind.Request, Method: McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe } when x.Envelope.Name.Exists => RememberSubscriptionAsync(x, client),
        { Kind: MessageKind.Request, Method: McpMethod.LoggingSetLevel } => RememberLevel(x, client),
        { Kind: MessageKind.Request } => new LeasedCall(x, CallerOf(x, client), client, Door.Shared, services).RunAsync(),
        { Method: McpMethod.Cancelled } => SharedMessages.CancelAsync(x, client, services),
        _ => x.AnswerAccepted(),
    };

    private Task RelayRpcAsync(Exchange x) => x.Envelope switch
    {
        { Kind: MessageKind.Batch } => x.Answer(RelayError.BatchNotAllowed),
        { Kind: MessageKind.Response } => x.Answer(RelayError.ResponseNotAllowed),
        { Kind: MessageKind.Notification } => x.AnswerAccepted(),
        { Method: McpMethod.Initialize } => x.Answer(RelayError.InitializeNotAllowed),
        { Method: McpMethod.Ping or McpMethod.LoggingSetLevel } => x.AnswerResult(SideMessages.EmptyResult), // log messages have no way to come here
        { Method: McpMethod.ResourcesSubscribe or McpMethod.ResourcesUnsubscribe } => x.Answer(RelayError.NoStreamHere),
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

    private static bool IsModern(HttpRequest request) => ProtocolVersions.IsModern(request.Headers[McpHeaders.ProtocolVersion].ToString());

    internal static bool Accepts(HttpRequest request, string mediaType)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Contains(mediaType, StringComparison.OrdinalIgnoreCase) || accept.Contains("*/*", StringComparison.Ordinal);
    }

    internal readonly record struct Entry(ServerRoute Route, Principal Principal);

    internal readonly record struct Incoming(Exchange Exchange, RequestBody Body);
}
