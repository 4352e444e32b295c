using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Methods;
using EdgeGateway.TestUpstreams.Sessions;
using EdgeGateway.TestUpstreams.Tools;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>The one MCP endpoint: POST, GET, DELETE, with every rule of the transport enforced.</summary>
internal sealed class McpEndpoint(TestUpstream upstream)
{
    public Task PostAsync(HttpContext context) => IgnoringGoneClients(context, async () =>
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var request = PostedRequest.Read(context.Request, buffer.ToArray());
        upstream.Recorded.Request(request.Record);

        var fault = upstream.Faults.Take(request.Record.Label);
        var writer = new AnswerWriter(context, upstream.Options.Clock, fault);
        switch (fault?.Kind)
        {
            case FaultKind.Status:
                await writer.ErrorAsync(fault.StatusCode, -32000, $"told to answer {fault.StatusCode}", request.Record.RawId);
                return;
            case FaultKind.Garbage:
                await writer.JsonAsync(fault.Text);
                return;
            case FaultKind.Hang:
                await upstream.Faults.Hold.PassAsync(context.RequestAborted);
                break;
        }

        if (Rules.Refuse(context.Request, request) is { } refusal)
        {
            await writer.ErrorAsync(refusal.StatusCode, refusal.Code, refusal.Message);
        }
        else if (request.Record.Label == "initialize")
        {
            await InitializeAsync(context, writer, request.Messages[0], fault);
        }
        else if (Rules.RefuseSession(upstream, context.Request, request, out var session) is { } sessionRefusal)
        {
            await writer.ErrorAsync(sessionRefusal.StatusCode, sessionRefusal.Code, sessionRefusal.Message, request.Record.RawId);
        }
        else
        {
            await ServeAsync(writer, request, session);
        }
    });

    public Task GetAsync(HttpContext context) => IgnoringGoneClients(context, async () =>
    {
        var (session, writer) = await OpenSessionAsync(context, "GET");
        if (session is null)
        {
            return;
        }

        if (context.Request.Headers["Last-Event-ID"].ToString() is not { Length: > 0 } lastEventId)
        {
            await writer.EventsAsync(session.Standalone, after: null, Priming(session));
        }
        else if (session.TryFindStream(lastEventId, out var stream, out var position))
        {
            await writer.EventsAsync(stream, position, Priming(session));
        }
        else
        {
            await writer.ErrorAsync(400, Wire.InvalidRequest, "Last-Event-ID names no event of this server");
        }
    });

    public Task DeleteAsync(HttpContext context) => IgnoringGoneClients(context, async () =>
    {
        var (session, writer) = await OpenSessionAsync(context, "DELETE");
        if (session is not null)
        {
            upstream.Sessions.End(session.Id);
            upstream.Recorded.Closed();
            await writer.JsonAsync("{}");
        }
    });

    /// <summary>A client that goes away ends its connection, not the request: what was begun runs on.</summary>
    private static async Task IgnoringGoneClients(HttpContext context, Func<Task> serve)
    {
        try
        {
            await serve();
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private async Task InitializeAsync(HttpContext context, AnswerWriter writer, IncomingMessage message, Fault? fault)
    {
        if (message.RawId is null)
        {
            await writer.ErrorAsync(400, Wire.InvalidRequest, "initialize needs an id");
            return;
        }

        try
        {
            var (session, result) = Handshake.Open(upstream, message, fault?.Kind == FaultKind.SessionId ? fault.Text : null);
            upstream.Recorded.Handshake();
            if (session is not null)
            {
                context.Response.Headers["Mcp-Session-Id"] = session.Id;
            }

            await AnswerAsync(writer, session, Wire.Result(message.RawId, result));
        }
        catch (McpErrorException error)
        {
            await writer.JsonAsync(Wire.Error(message.RawId, error.Code, error.Message));
        }
    }

    private async Task ServeAsync(AnswerWriter writer, PostedRequest request, Session? session)
    {
        foreach (var message in request.Messages.Where(message => !message.IsRequest))
        {
            Notices.Receive(upstream, session, message);
        }

        var asked = request.Messages.Where(message => message.IsRequest).ToArray();
        if (asked.Length == 0)
        {
            await writer.AcceptedAsync();
            return;
        }

        if (session is not null && (upstream.Options.AnswerBySse || asked.Any(Streams)))
        {
            var stream = session.OpenStream();
            upstream.Track(RunIntoStreamAsync(request, session, stream, asked));
            await writer.EventsAsync(stream, after: 0, Priming(session));
            return;
        }

        var answers = await Task.WhenAll(asked.Select(message => RunAsync(request, session, null, message)));
        var given = answers.OfType<string>().ToArray();
        await (request.IsBatch ? writer.JsonAsync($"[{string.Join(',', given)}]")
            : given.Length == 1 ? writer.JsonAsync(given[0])
            : writer.AcceptedAsync());
    }

    private async Task RunIntoStreamAsync(PostedRequest request, Session session, EventStream stream, IncomingMessage[] asked)
    {
        var left = asked.Length;
        await Task.WhenAll(asked.Select(async message =>
        {
            var answer = await RunAsync(request, session, stream, message);
            var last = Interlocked.Decrement(ref left) == 0;
            switch (answer, last)
            {
                case (not null, true):
                    stream.AppendLast(answer);
                    break;
                case (not null, false):
                    stream.Append(answer);
                    break;
                case (null, true):
                    stream.Complete();
                    break;
            }
        }));
    }

    private async Task<string?> RunAsync(PostedRequest request, Session? session, EventStream? stream, IncomingMessage message)
    {
        var cancelled = new CancellationTokenSource();
        var call = new MethodCall(upstream, session, stream, message, request.Record.Headers, cancelled.Token);
        if (session is null)
        {
            return await Dispatcher.AnswerAsync(call);
        }

        session.InFlight[message.RawId!] = cancelled;
        upstream.Recorded.Begin(session.Id);
        try
        {
            return await Dispatcher.AnswerAsync(call);
        }
        finally
        {
            upstream.Recorded.End(session.Id);
            session.InFlight.TryRemove(message.RawId!, out _);
        }
    }

    private async Task AnswerAsync(AnswerWriter writer, Session? session, string response)
    {
        if (session is null || !upstream.Options.AnswerBySse)
        {
            await writer.JsonAsync(response);
            return;
        }

        var stream = session.OpenStream();
        stream.AppendLast(response);
        await writer.EventsAsync(stream, after: 0, Priming(session));
    }

    private async Task<(Session? Session, AnswerWriter Writer)> OpenSessionAsync(HttpContext context, string label)
    {
        var record = PostedRequest.RecordOf(context.Request, label, rawId: null, body: default);
        upstream.Recorded.Request(record);
        var fault = upstream.Faults.Take(label);
        var writer = new AnswerWriter(context, upstream.Options.Clock, fault);
        if (fault?.Kind == FaultKind.Hang)
        {
            await upstream.Faults.Hold.PassAsync(context.RequestAborted);
        }

        var refusal = fault?.Kind == FaultKind.Status
            ? new Refusal(fault.StatusCode, -32000, $"told to answer {fault.StatusCode}")
            : upstream.Options.Kind == UpstreamKind.Stateless
                ? new Refusal(405, -32000, "Method not allowed: this server keeps no sessions")
                : label == "GET" && !context.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.Ordinal)
                    ? new Refusal(406, -32000, "Not acceptable: Accept must name text/event-stream")
                    : null;
        Session? session = null;
        refusal ??= Rules.FindSession(upstream, context.Request, out session);
        if (refusal is null)
        {
            return (session, writer);
        }

        await writer.ErrorAsync(refusal.StatusCode, refusal.Code, refusal.Message);
        return (null, writer);
    }

    private bool Streams(IncomingMessage message) =>
        message.Method == "tools/call" && ToolTable.Find(upstream.Options.Kind, message.Text("name")) is { Streams: true };

    /// <summary>An event with an id and no data first, so that a client can resume a stream that broke before its first message.</summary>
    private static bool Priming(Session session) => string.CompareOrdinal(session.ProtocolVersion, "2025-11-25") >= 0;
}
