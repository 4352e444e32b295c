using System.Buffers;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

#pragma warning disable CA2012 // a receive is begun before it is waited for; FillAsync, Arrival or Close takes it, each once

/// <summary>
/// One connection and what it has received. Used by one request at a time, from <see cref="Begin"/> to <see cref="TryRest"/> or
/// <see cref="Close"/>; it has a buffer only then. The bytes of the head stay where they are until the end, because its values are read
/// from there.
/// </summary>
internal sealed class LeanConnection(Stream stream)
{
    /// <summary>A head and what a tool typically answers, in one receive. Ten thousand open streams cost 80 MB.</summary>
    private const int InitialSize = 8 * 1024;

    /// <summary>The head of an answer, interim answers included; what the standard handler takes.</summary>
    private const int LongestHead = 64 * 1024;

    /// <summary>A receive is worth its system call with at least this much room.</summary>
    private const int LeastRoom = 1024;

    private byte[] _buffer = [];
    private int _floor; // behind the head, once that is whole
    private int _start; // first byte that was not taken
    private int _end; // behind the last byte received
    private ValueTask<int> _receiving; // into the buffer, behind _end
    private bool _isReceiving;

    /// <summary>1 once it was closed. Written by whoever closes it (Interlocked), read by nobody else.</summary>
    private int _isClosed;

    /// <summary>Written by whoever sends the request's end, which may be after the answer began; read by whoever ends the request.</summary>
    private volatile bool _isSent;

    /// <summary>The head of the answer.</summary>
    public ResponseHead Head; // a field, because it is read in place

    /// <summary>When it was made and when it was put down; for the pool, which sets them.</summary>
    public (long Made, long Idle) Times { get; set; }

    /// <summary>Whether the whole request has gone out; otherwise no other may follow.</summary>
    public bool IsSent
    {
        get => _isSent;
        set => _isSent = value;
    }

    /// <summary>Whether nothing of an answer has come yet.</summary>
    public bool IsSilent => _end == 0;

    /// <summary>Received and not taken.</summary>
    public ReadOnlySpan<byte> Received => _buffer.AsSpan(_start, _end - _start);

    /// <summary>All that was received since the request began, for what is remembered by position.</summary>
    public ReadOnlySpan<byte> Everything => _buffer.AsSpan(0, _end);

    /// <summary>
    /// Begins a request by receiving, before anything is sent: that shows a connection the upstream has closed or that has bytes nobody
    /// asked for, at the cost of a system call that is needed anyway.
    /// </summary>
    /// <returns>Whether it is quiet, as it has to be.</returns>
    public bool Begin(CancellationToken cancellationToken)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
        _floor = _start = _end = 0;
        Head = default;
        _receiving = stream.ReadAsync(_buffer, cancellationToken);
        _isReceiving = true;
        return !_receiving.IsCompleted;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    /// <summary>What <see cref="FillAsync"/> waits for, to be waited for together with something else.</summary>
    public Task Arrival(CancellationToken cancellationToken)
    {
        StartReceiving(cancellationToken);
        var arrival = _receiving.AsTask();
        _receiving = new ValueTask<int>(arrival);
        return arrival;
    }

    /// <summary>Receives more.</summary>
    /// <returns>Bytes received; 0 when the upstream has ended.</returns>
    public ValueTask<int> FillAsync(CancellationToken cancellationToken)
    {
        StartReceiving(cancellationToken);
        if (!_receiving.IsCompletedSuccessfully)
            return WaitAsync();
        _isReceiving = false;
        var count = _receiving.Result;
        _end += count;
        return new(count);
    }

    /// <summary>Receives straight to where the bytes are wanted; for when nothing is buffered.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken) => stream.ReadAsync(target, cancellationToken);

    /// <summary>Takes the head as far as it has come.</summary>
    /// <returns>Whether it is whole.</returns>
    /// <exception cref="UpstreamException">It is not HTTP.</exception>
    public bool TryReadHead()
    {
        if (_floor != 0)
            return true;
        var isWhole = Head.Read(Everything, ref _start);
        if (isWhole ? _start > LongestHead : _end >= LongestHead)
            throw new UpstreamException(HttpFaults.NotHttp($"a head of more than {LongestHead >> 10} KiB"));
        if (isWhole)
            _floor = _start;
        return isWhole;
    }

    /// <summary>Received bytes have been dealt with.</summary>
    public void Take(int count) => _start += count;

    /// <summary>Ends the request, where all of it was sent, its answer came to its end and nothing came behind it.</summary>
    /// <returns>Whether another request may begin.</returns>
    public bool TryRest()
    {
        if (!_isSent || _isReceiving || _start != _end || !Head.MayReuse)
            return false;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        return true;
    }

    /// <summary>Ends it for good. The buffer goes to the garbage collector: a receive that is under way may still write to it.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
            return;
        stream.Dispose();
        if (_isReceiving)
            _ = ObserveAsync(_receiving);

        static async Task ObserveAsync(ValueTask<int> receiving) =>
            await ((Task)receiving.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync()
    {
        _isReceiving = false; // it is waited for here, and only once
        var count = await _receiving;
        _end += count;
        return count;
    }

    private void StartReceiving(CancellationToken cancellationToken)
    {
        if (_isReceiving)
            return;
        MakeRoom();
        _receiving = stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _isReceiving = true;
    }

    /// <summary>What was taken behind the head is not needed any more; a head that does not fit gets a larger buffer.</summary>
    private void MakeRoom()
    {
        if (_floor != 0 && _start != _floor)
        {
            Received.CopyTo(_buffer.AsSpan(_floor));
            (_start, _end) = (_floor, _floor + _end - _start);
        }

        if (_buffer.Length - _end >= LeastRoom)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        Everything.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
