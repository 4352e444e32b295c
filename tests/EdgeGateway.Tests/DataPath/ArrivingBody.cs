using System.Text;
using System.Threading.Tasks.Sources;

namespace EdgeGateway.Tests.DataPath;

/// <summary>An upstream's body of which arrives what a test says, when it says so. Whoever waits goes on before Arrive returns. Allocates nothing of its own.</summary>
internal sealed class ArrivingBody : Stream, IValueTaskSource<int>
{
    private readonly Queue<byte[]> _arrived = [];
    private ManualResetValueTaskSourceCore<int> _reading;
    private Memory<byte> _room;

    /// <summary>Whether a read waits for bytes.</summary>
    public bool IsWaitedFor { get; private set; }

    /// <summary>Reads that found bytes or began to wait for them.</summary>
    public int Reads { get; private set; }

    /// <summary>What arrives whenever nothing else does, so that no read ever waits; null for nothing.</summary>
    public byte[]? Endless { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public void Arrive(string text) => Arrive(Encoding.UTF8.GetBytes(text));

    public void Arrive(byte[] bytes)
    {
        if (!IsWaitedFor)
        {
            _arrived.Enqueue(bytes);
            return;
        }

        IsWaitedFor = false;
        bytes.CopyTo(_room);
        _reading.SetResult(bytes.Length);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        if (_arrived.TryDequeue(out var bytes) || (bytes = Endless) is not null)
        {
            bytes.CopyTo(buffer);
            return new(bytes.Length);
        }

        (_room, IsWaitedFor) = (buffer, true);
        _reading.Reset();
        return new(this, _reading.Version);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    int IValueTaskSource<int>.GetResult(short token) => _reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, flags);
}
