using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.Relay;

/// <summary>
/// Passes an upstream's events to a client. What came together is sent together, the head with the first of it; but nothing that was
/// written stays here while anything is waited for: the relay flushes before it waits. One relay at a time.
/// </summary>
internal sealed class EventWriter(HttpContext http, TimeProvider clock) : IDisposable
{
    /// <summary>An upstream that is always faster than the relay must not be collected without end; as much as a client reads at once.</summary>
    private const int Most = 16 * 1024;

    // Where events go instead of to the response; it sends each at once, and keeps its stream open by itself.
    private readonly IEventSink? _sink = http.Features.Get<IEventSink>();
    private readonly CancellationToken _gone = http.RequestAborted;
    private KeepAlive? _keepAlive; // from the first wait on
    private int _written; // bytes that were not flushed, more or less
    private bool _isDirty; // something was not flushed: the head at first

    /// <summary>Whether so much was written that it must go out before more is.</summary>
    public bool IsFull => _written >= Most;

    /// <summary>Writes the head.</summary>
    public Task BeginAsync()
    {
        _isDirty = true;
        return EventStream.StartAsync(http);
    }

    public ValueTask WriteAsync(in SseFrame frame) => WriteAsync(frame, default, default);

    /// <summary>Writes an event with a part of its data replaced. It is not sent, except to a sink.</summary>
    public ValueTask WriteAsync(in SseFrame frame, Slice part, ReadOnlySpan<byte> replacement)
    {
        if (_sink is not null)
        {
            return _sink.WriteAsync(part.Exists ? frame with { Data = Replaced(frame.Data.Span, part, replacement) } : frame);
        }

        if (!_gone.IsCancellationRequested)
        {
            SseWriter.Write(http.Response.BodyWriter, frame, part, replacement);
            _written += frame.Data.Length;
            _isDirty = true;
        }

        return default;
    }

    /// <summary>Sends what was written, and waits for a client that is slow to take it.</summary>
    public ValueTask FlushAsync()
    {
        if (!_isDirty)
        {
            return default;
        }

        (_written, _isDirty) = (0, false);
        var flushing = http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return flushing.IsCompletedSuccessfully ? default : WaitAsync(flushing);

        static async ValueTask WaitAsync(ValueTask<System.IO.Pipelines.FlushResult> flushing) => await flushing;
    }

    /// <summary>Waits for the next event. Everything was flushed; while none comes the client gets a comment now and then.</summary>
    public ValueTask<bool> WaitAsync(EventReader events)
    {
        var waiting = events.WaitToReadAsync();
        return _sink is not null || waiting.IsCompleted ? waiting : KeepOpenAsync(waiting);
    }

    public void Dispose() => _keepAlive?.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> KeepOpenAsync(ValueTask<bool> waiting)
    {
        _keepAlive ??= new KeepAlive(http, clock);
        _keepAlive.BeginWait();
        try
        {
            return await waiting;
        }
        finally
        {
            await _keepAlive.EndWaitAsync();
        }
    }

    private static byte[] Replaced(ReadOnlySpan<byte> data, Slice part, ReadOnlySpan<byte> replacement) =>
        MessageSplice.Replace(data, part, default, replacement);
}
