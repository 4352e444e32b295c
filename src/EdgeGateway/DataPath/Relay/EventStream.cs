using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A server-sent event stream to a client: headers, events with a flush each, comments while it is idle.</summary>
internal static class EventStream
{
    /// <summary>Proxies cut connections that are silent for 30 to 60 seconds.</summary>
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    public static async Task BeginAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        await response.StartAsync();
        await response.BodyWriter.FlushAsync();
    }

    public static async ValueTask WriteAsync(HttpContext http, SseFrame frame)
    {
        if (http.Features.Get<IEventSink>() is { } sink)
        {
            await sink.WriteAsync(frame);
        }
        else if (!http.RequestAborted.IsCancellationRequested)
        {
            SseWriter.Write(http.Response.BodyWriter, frame);
            await http.Response.BodyWriter.FlushAsync();
        }
    }

    /// <summary>The upstream's events as they come; while none comes the client gets a comment now and then.</summary>
    public static async IAsyncEnumerable<SseFrame> ReadAsync(UpstreamReply reply, HttpContext http, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var frames = reply.ReadEventsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var next = frames.MoveNextAsync().AsTask();
            while (!next.IsCompleted && !await ArrivesInTimeAsync(next, clock))
            {
                await KeepAliveAsync(http);
            }

            if (!await next)
            {
                yield break;
            }

            yield return frames.Current;
        }
    }

    private static async Task<bool> ArrivesInTimeAsync(Task<bool> next, TimeProvider clock)
    {
        using var idle = new CancellationTokenSource();
        var timer = Task.Delay(KeepAlive, clock, idle.Token);
        if (await Task.WhenAny(next, timer) == timer)
        {
            return false;
        }

        await idle.CancelAsync();
        return true;
    }

    /// <summary>A comment, which clients pass over.</summary>
    public static async ValueTask KeepAliveAsync(HttpContext http)
    {
        // A stream that is shared keeps itself open.
        if (!http.RequestAborted.IsCancellationRequested && http.Features.Get<IEventSink>() is null)
        {
            SseWriter.WriteKeepAlive(http.Response.BodyWriter);
            await http.Response.BodyWriter.FlushAsync();
        }
    }
}
