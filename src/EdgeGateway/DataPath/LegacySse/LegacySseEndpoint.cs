using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.LegacySse;

/// <summary>
/// HTTP+SSE for clients of revision 2024-11-05: a stream, and an address to POST to. Messages take the stages of <c>/mcp</c>; only
/// their answers go another way.
/// </summary>
internal sealed class LegacySseEndpoint(
    RelayEndpoint relay,
    ClientSessions sessions,
    LegacyClients clients,
    RequestGuard guard,
    ReadyState ready,
    RelayServices services)
{
    private static readonly RelayError AlreadyInitialized =
        new(400, JsonRpcError.InvalidRequest, "This stream has its session already. Open another: GET /servers/{id}/sse", "initialized_twice");

    private static readonly RelayError TooManyRequests =
        new(503, JsonRpcError.ServerError, $"The session runs {LegacyClient.MaxRequests} requests already; wait for an answer.", "too_many_requests", TimeSpan.FromSeconds(1));

    /// <summary>GET /servers/{id}/sse</summary>
    public async Task GetAsync(HttpContext http)
    {
        if (await relay.EnterAsync(http) is not { } entry)
        {
            return;
        }

        if ((relay.RefuseNew(entry.Route) ?? (RelayEndpoint.Accepts(http.Request, "text/event-stream") ? null : RelayError.NotAcceptable)) is { } refused)
        {
            await Exchange.Answer(http, refused);
            return;
        }

        var client = clients.Open(http, entry.Route.Server.Id, entry.Principal.Name);
        try
        {
            await EventStream.BeginAsync(http);
            var address = $"{http.Request.PathBase}/servers/{Uri.EscapeDataString(client.ServerId)}/message?session={client.Id}";
            await client.WriteAsync(new SseFrame("endpoint", Encoding.ASCII.GetBytes(address), null, null));
            await StayAsync(client, http.RequestAborted);
        }
        finally
        {
            clients.Remove(client);
            if (await client.EndAsync() is { } session)
            {
                await sessions.EndAsync(session);
            }
        }
    }

    /// <summary>POST /servers/{id}/message?session=…</summary>
    public async Task PostAsync(HttpContext http)
    {
        if (await relay.EnterAsync(http) is not { } entry)
        {
            return;
        }

        if (clients.Find(http.Request.Query["session"].ToString(), entry.Route.Server.Id, entry.Principal.Name) is not { } client)
        {
            await Exchange.Answer(http, RelayError.SessionNotFound);
        }
        else if (await relay.ReadMessageAsync(http, entry) is { } message)
        {
            var answer = new StreamedAnswer(client, http.Request.Headers, message.Exchange.ClientId.ToArray());
            var x = new Exchange(answer.Http, entry.Route, entry.Principal, message.Body, message.Exchange.Envelope);
            await (x.Envelope.Kind is MessageKind.Request or MessageKind.Batch
                ? BeginAsync(http, client, entry, x, answer, message.Body)
                : TellAsync(http, entry, x, answer, message.Body));
        }
    }

    /// <summary>Keeps the stream open until the client leaves, its session ends, or the gateway does; what runs then is still answered.</summary>
    private async Task StayAsync(LegacyClient client, CancellationToken left)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(left, client.SessionOver, ready.DrainBegun);
        using var timer = new PeriodicTimer(EventStream.KeepAliveInterval, services.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(over.Token))
            {
                client.Session?.Touch(services.Clock.GetTimestamp());
                await client.WriteKeepAliveAsync();
            }
        }
        catch (OperationCanceledException)
        {
            await client.WhenIdleAsync().WaitAsync(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A notification or response: taken when the upstream has taken it, so that what follows cannot overtake it.</summary>
    private async Task TellAsync(HttpContext http, RelayEndpoint.Entry entry, Exchange x, StreamedAnswer answer, RequestBody body)
    {
        using (body)
        using (services.BeginServed(x))
        {
            await guard.Around(_ => relay.ServeAsync(entry, x))(answer.Http);
        }

        if (answer.Status < StatusCodes.Status400BadRequest)
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.Http.Response.ContentType;
        await http.Response.BodyWriter.WriteAsync(answer.Json);
    }

    /// <summary>A request: it runs apart from its POST, whose connection the client needs for its next message.</summary>
    private Task BeginAsync(HttpContext http, LegacyClient client, RelayEndpoint.Entry entry, Exchange x, StreamedAnswer answer, RequestBody body)
    {
        if (!client.TryEnter())
        {
            body.Dispose();
            return Exchange.Answer(http, TooManyRequests, x.ClientId);
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        _ = RunAsync(client, entry, x, answer, body);
        return Task.CompletedTask;
    }

    private async Task RunAsync(LegacyClient client, RelayEndpoint.Entry entry, Exchange x, StreamedAnswer answer, RequestBody body)
    {
        try
        {
            using (body)
            {
                var isInitialize = x.Envelope is { Kind: MessageKind.Request, Method: McpMethod.Initialize };
                using (services.BeginServed(x))
                {
                    await guard.Around(_ => isInitialize ? InitializeAsync(client, entry, x) : relay.ServeAsync(entry, x))(answer.Http);
                }

                await guard.Around(_ => answer.CompleteAsync(isOwed: true))(answer.Http);
                if (isInitialize && client.Session is { Binding: { } binding } session && session.Id == SessionIdOf(x))
                {
                    _ = new LegacyServerStream(
                        client, session, binding, entry.Route.Server.Name, x.Http.Request.Headers, x.UpstreamHeaders, guard, services, ready.DrainBegun).RunAsync();
                }
            }
        }
        finally
        {
            client.Leave();
        }
    }

    private async Task InitializeAsync(LegacyClient client, RelayEndpoint.Entry entry, Exchange x)
    {
        if (!client.TryBeginInitialize())
        {
            await x.Answer(AlreadyInitialized);
            return;
        }

        ClientSession? opened = null;
        try
        {
            await relay.ServeAsync(entry, x);
            opened = SessionIdOf(x) is { Length: > 0 } id ? sessions.Find(id, client.ServerId, entry.Principal) : null;
        }
        finally
        {
            if (!client.TryEndInitialize(opened) && opened is not null)
            {
                await sessions.EndAsync(opened);
            }
        }
    }

    private static string SessionIdOf(Exchange x) => x.Http.Response.Headers[McpHeaders.SessionId].ToString();
}
