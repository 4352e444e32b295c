using System.Text;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>Writes answers, as they should be or as a fault wants them.</summary>
internal sealed class AnswerWriter(HttpContext context, TimeProvider clock, Fault? fault)
{
    /// <summary>Pieces a dripping body comes in.</summary>
    private const int Drips = 16;

    public async Task JsonAsync(string json, int statusCode = 200)
    {
        if (await BeginAsync())
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            context.Response.StatusCode = statusCode;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = bytes.Length;
            await WriteAsync(bytes, isLast: true);
        }
    }

    public async Task ErrorAsync(int statusCode, int code, string message, string? rawId = null)
    {
        if (fault?.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (statusCode == 401)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await JsonAsync(Wire.Error(rawId, code, message), statusCode);
    }

    public async Task AcceptedAsync()
    {
        if (await BeginAsync())
        {
            context.Response.StatusCode = 202;
        }
    }

    /// <summary>Writes a stream's events from a position on, until the stream or the connection ends.</summary>
    public async Task EventsAsync(EventStream stream, int? after, bool priming)
    {
        if (!await BeginAsync())
        {
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        var attachment = stream.Attach(after);
        var position = attachment.Position;
        if (priming)
        {
            await WriteAsync(Encoding.UTF8.GetBytes($"id: {stream.Name}-{position}\nretry: 50\ndata: \n\n"), isLast: false);
        }
        else
        {
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        while (await stream.NextAsync(attachment, position, context.RequestAborted) is { } next)
        {
            await WriteAsync(Encoding.UTF8.GetBytes($"event: message\nid: {next.Id}\ndata: {next.Json}\n\n"), next.IsLast);
            stream.Delivered(++position);
        }
    }

    /// <summary>False: there is to be no answer.</summary>
    private async Task<bool> BeginAsync()
    {
        switch (fault?.Kind)
        {
            case FaultKind.CloseBeforeResponse:
                context.Abort();
                return false;
            case FaultKind.SlowHeaders:
                await Task.Delay(fault.Delay, clock, context.RequestAborted);
                return true;
            default:
                return true;
        }
    }

    private async Task WriteAsync(byte[] bytes, bool isLast)
    {
        var body = context.Response.Body;
        switch (fault?.Kind)
        {
            case FaultKind.CloseMidBody when isLast:
                await body.WriteAsync(bytes.AsMemory(0, bytes.Length / 2), context.RequestAborted);
                await body.FlushAsync(context.RequestAborted);
                context.Abort();
                break;
            case FaultKind.DripBody:
                foreach (var piece in bytes.Chunk(Math.Max(1, (bytes.Length + Drips - 1) / Drips)))
                {
                    await body.WriteAsync(piece, context.RequestAborted);
                    await body.FlushAsync(context.RequestAborted);
                    await Task.Delay(fault.Delay, clock, context.RequestAborted);
                }

                break;
            default:
                await body.WriteAsync(bytes, context.RequestAborted);
                await body.FlushAsync(context.RequestAborted);
                break;
        }
    }
}
