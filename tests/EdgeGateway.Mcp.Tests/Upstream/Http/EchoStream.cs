using System.Threading.Tasks.Sources;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>Has the same answer ready as soon as a request was written. Allocates nothing, and all of it happens on the caller's thread.</summary>
/// <param name="onClosed">Called when the transport is done with it.</param>
internal sealed class EchoStream(Action? onClosed = null) : TestStream, IValueTaskSource<int>
{
    private static readonly byte[] Answer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: 0123456789abcdef\r\nContent-Length: 36\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"u8.ToArray();

    private ManualResetValueTaskSourceCore<int> _answered;
    private Memory<byte> _target;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _answered.Reset();
        _target = buffer;
        return new ValueTask<int>(this, _answered.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Answer.CopyTo(_target);
        _answered.SetResult(Answer.Length);
        return ValueTask.CompletedTask;
    }

    public int GetResult(short token) => _answered.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _answered.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _answered.OnCompleted(continuation, state, token, flags);

    protected override void Dispose(bool disposing)
    {
        onClosed?.Invoke();
        base.Dispose(disposing);
    }
}
