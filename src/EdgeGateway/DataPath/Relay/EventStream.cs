using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A server-sent event stream to a client: headers, events with a flush each, comments. Many events at once are <see cref="EventWriter"/>'s.</summary>
internal static class EventStream
{
    /// <summary>A stream with nothing else to say says something this often: proxies cut connections that are silent for 30 to 60 seconds.</summary>
    public static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(15);

    /// <summary>Sends the head.</summary>
    public static async Task BeginAsync(HttpContext http)
    {
        await StartAsync(http);
        await http.Response.BodyWriter.FlushAsync();
    }

    /// <summary>Writes the head, which goes out with the first flush.</summary>
    public static Task StartAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        return response.StartAsync();
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
