using System.Text;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>Writes answers, as they should be or as a fault wants them.</summary>
internal sealed class AnswerWriter(HttpContext context, TimeProvider clock, Fault? fault)
{
    /// <summary>Pieces a dripping body comes in.</summary>
    private const int Drips = 16;

    // Set when the answer is to be cut; one request, one writer.
    private CutAnswer? _cut;

    public async Task JsonAsync(string json, int statusCode = 200)
    {
        if (await BeginAsync(statusCode, "application/json"))
        {
            var bytes = Encoding.UTF8.GetBytes(json);
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
        await BeginAsync(202, contentType: null);
    }

    /// <summary>Writes a stream's events from a position on, until the stream or the connection ends.</summary>
    public async Task EventsAsync(EventStream stream, int? after, bool priming)
    {
        context.Response.Headers.CacheControl = "no-cache";
        if (!await BeginAsync(200, "text/event-stream"))
        {
            return;
        }

        var attachment = stream.Attach(after);
        var position = attachment.Position;
        if (priming)
        {
            await WriteAsync(Encoding.UTF8.GetBytes($"id: {stream.Name}-{position}\nretry: 50\ndata: \n\n"), isLast: false);
        }
        else
        {
            await WriteAsync(ReadOnlyMemory<byte>.Empty, isLast: false);
        }

        while (await stream.NextAsync(attachment, position, context.RequestAborted) is { } next)
        {
            await WriteAsync(Encoding.UTF8.GetBytes($"event: message\nid: {next.Id}\ndata: {next.Json}\n\n"), next.IsLast);
            stream.Delivered(++position);
        }
    }

    /// <summary>False: there is to be no answer.</summary>
    private async Task<bool> BeginAsync(int statusCode, string? contentType)
    {
        context.Response.StatusCode = statusCode;
        context.Response.ContentType = contentType;
        switch (fault?.Kind)
        {
            case FaultKind.CloseBeforeResponse:
                context.Abort();
                return false;
            case FaultKind.SlowHeaders:
                await Task.Delay(fault.Delay, clock, context.RequestAborted);
                return true;
            case FaultKind.CloseMidBody when contentType is not null:
                _cut = await CutAnswer.BeginAsync(context);
                return true;
            default:
                return true;
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, bool isLast)
    {
        if (_cut is not null)
        {
            await (isLast ? _cut.CutInAsync(bytes) : _cut.WriteAsync(bytes));
            return;
        }

        var pieces = fault?.Kind == FaultKind.DripBody ? Drips : 1;
        var size = Math.Max(1, (bytes.Length + pieces - 1) / pieces);
        for (var start = 0; start == 0 || start < bytes.Length; start += size)
        {
            await context.Response.Body.WriteAsync(bytes.Slice(start, Math.Min(size, bytes.Length - start)), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (pieces > 1)
            {
                await Task.Delay(fault!.Delay, clock, context.RequestAborted);
            }
        }
    }
}
