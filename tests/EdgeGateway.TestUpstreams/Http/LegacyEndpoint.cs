using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Methods;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>The same server over HTTP+SSE (2024-11-05): GET /sse is the session, POST /message?session= carries messages to it.</summary>
internal sealed class LegacyEndpoint(TestUpstream upstream)
{
    // Streams that are open and the session of each, once initialize has made it. Written by GET and initialize, read by POSTs.
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Session>> _streams = new(StringComparer.Ordinal);

    public async Task GetAsync(HttpContext context)
    {
        upstream.Recorded.Request(PostedRequest.RecordOf(context.Request, "GET", rawId: null, body: default));
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var opened = _streams[id] = new TaskCompletionSource<Session>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            context.Response.ContentType = "text/event-stream";
            await WriteAsync(context, $"event: endpoint\ndata: /message?session={id}\n\n");
            var stream = (await opened.Task.WaitAsync(context.RequestAborted)).Standalone;
            var attachment = stream.Attach(after: 0);
            for (var position = 0; await stream.NextAsync(attachment, position, context.RequestAborted) is { } next; position++)
            {
                await WriteAsync(context, $"event: message\ndata: {next.Json}\n\n");
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The client has ended its session.
        }
        finally
        {
            _streams.TryRemove(id, out _);
            if (upstream.Sessions.End(id))
            {
                upstream.Recorded.Closed();
            }
        }
    }

    public async Task PostAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var request = PostedRequest.Read(context.Request, buffer.ToArray());
        upstream.Recorded.Request(request.Record);
        var id = context.Request.Query["session"].ToString();
        var session = upstream.Sessions.Find(id);
        if (upstream.Faults.Take(request.Record.Label) is { Kind: FaultKind.Status } fault)
        {
            context.Response.StatusCode = fault.StatusCode;
        }
        else if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true || request.Messages is not [var message])
        {
            context.Response.StatusCode = 400;
        }
        else if (!_streams.TryGetValue(id, out var opened) || (session is null && message.Method != "initialize"))
        {
            context.Response.StatusCode = 404;
        }
        else
        {
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync("Accepted");
            Take(request, message, session, opened, id);
        }
    }

    private void Take(PostedRequest request, IncomingMessage message, Session? session, TaskCompletionSource<Session> opened, string id)
    {
        if (session is null)
        {
            (session, var result) = Handshake.Open(upstream, message, id);
            upstream.Recorded.Handshake();
            session!.Standalone.Append(Wire.Result(message.RawId!, result));
            opened.TrySetResult(session);
        }
        else if (message.IsRequest)
        {
            upstream.Track(RunAsync(request, session, message));
        }
        else
        {
            Notices.Receive(upstream, session, message);
        }
    }

    private async Task RunAsync(PostedRequest request, Session session, IncomingMessage message)
    {
        if (!session.Initialized && message.Method != "ping")
        {
            session.Standalone.Append(Wire.Error(message.RawId, Wire.InvalidRequest, $"{message.Method} came before notifications/initialized"));
            return;
        }

        var cancelled = session.InFlight[message.RawId!] = new CancellationTokenSource();
        upstream.Recorded.Begin(session.Id);
        try
        {
            var call = new MethodCall(upstream, session, session.Standalone, message, request.Record.Headers, cancelled.Token);
            if (await Dispatcher.AnswerAsync(call) is { } answer)
            {
                session.Standalone.Append(answer);
            }
        }
        finally
        {
            upstream.Recorded.End(session.Id);
            session.InFlight.TryRemove(message.RawId!, out _);
        }
    }

    private static async Task WriteAsync(HttpContext context, string text)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
