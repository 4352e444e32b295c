using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>
/// An answer and its body, framed as RFC 9112 section 6.3 says. Holds the connection until it is disposed and knows nothing of it after:
/// a late reader meets an exception, not somebody else's answer.
/// </summary>
internal sealed class LeanAnswer : HttpAnswer
{
    /// <summary>An answer that nobody reads to its end is read for this much longer, if that saves the connection.</summary>
    private const int LongestRest = 16 * 1024;

    private static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(200);

    private readonly ConnectionPool _pool;
    private readonly TimeProvider _clock;
    private readonly Framing _framing;

    /// <summary>Taken away by whoever disposes (Interlocked).</summary>
    private LeanConnection? _connection;

    private Chunks _chunks;
    private long _left; // of the body, where its length is known
    private bool _isEnded;
    private bool _isBroken;
    private bool _isReading; // somebody waits for bytes

    /// <param name="connection">Its head is whole.</param>
    /// <param name="pool">Where it goes back to.</param>
    /// <param name="clock">Limits draining.</param>
    public LeanAnswer(LeanConnection connection, ConnectionPool pool, TimeProvider clock)
    {
        (_connection, _pool, _clock) = (connection, pool, clock);
        ref var head = ref connection.Head;
        Status = head.Status;
        SentLength = head.Length;
        _framing = head.HasNoBody ? Framing.Length
            : head.IsChunked ? Framing.Chunked
            : head.Length is not null ? Framing.Length
            : Framing.UntilClose;
        _left = head.HasNoBody ? 0 : head.Length ?? 0;
        _isEnded = _framing == Framing.Length && _left == 0;
    }

    private enum Framing : byte
    {
        Length,
        Chunked,
        UntilClose,
    }

    public override int Status { get; }

    public override long? SentLength { get; }

    public override string? ContentType => _connection is { } connection ? connection.Head.ContentType(connection.Everything) : null;

    public override string? RetryAfter => _connection is { } connection ? connection.Head.RetryAfter(connection.Everything) : null;

    public override string? WwwAuthenticate => _connection is { } connection ? connection.Head.WwwAuthenticate(connection.Everything) : null;

    public override string? SessionId => _connection is { } connection ? connection.Head.SessionId(connection.Everything) : null;

    private LeanConnection Connection => _connection ?? throw new ObjectDisposedException(nameof(HttpAnswer));

    /// <summary>Chunks tell without a byte of the body being taken.</summary>
    public override ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        _framing == Framing.Chunked && !_isEnded ? HasNoChunkAsync(cancellationToken)
        : _framing == Framing.Length || _isEnded ? new(_isEnded)
        : base.IsEmptyAsync(cancellationToken);

    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is not { } connection)
            return ValueTask.CompletedTask;
        if (_isBroken || _isReading || !connection.Head.MayReuse || !MayEndSoon(connection))
            connection.Close();
        else if (_isEnded)
            _pool.Return(connection);
        else
            _ = DrainAsync(connection);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var connection = Connection;
        if (_isBroken)
            throw new UpstreamException(HttpFaults.ConnectionLost(null));
        try
        {
            return TryTake(connection, buffer.Span, out var taken) ? new(taken) : WaitAsync(connection, buffer, cancellationToken);
        }
        catch (UpstreamException)
        {
            Break(connection);
            throw;
        }
    }

    /// <summary>Takes what has been received already.</summary>
    /// <returns>False when more has to be received first; otherwise how much was taken, which is 0 at the end.</returns>
    private bool TryTake(LeanConnection connection, Span<byte> target, out int taken)
    {
        taken = 0;
        if (_framing == Framing.Chunked)
            TakeChunks(connection, target, ref taken);
        else if (!_isEnded)
            taken = TakeBytes(connection, target, _framing == Framing.Length ? _left : long.MaxValue);
        if (_framing == Framing.Length)
            _isEnded = (_left -= taken) == 0;
        return taken > 0 || _isEnded || target.IsEmpty;
    }

    private void TakeChunks(LeanConnection connection, Span<byte> target, ref int taken)
    {
        while (!_isEnded)
        {
            connection.Take(_chunks.Advance(connection.Received));
            _isEnded = _chunks.IsEnded;
            var count = TakeBytes(connection, target[taken..], _chunks.Left);
            if (count == 0)
                return;
            taken += count;
            _chunks.Took(count);
        }
    }

    private static int TakeBytes(LeanConnection connection, Span<byte> target, long most)
    {
        var received = connection.Received;
        var count = (int)Math.Min(Math.Min(received.Length, target.Length), most);
        received[..count].CopyTo(target);
        connection.Take(count);
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(LeanConnection connection, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _isReading = true;
        try
        {
            int taken;
            do
            {
                var direct = DirectLength(buffer.Length);
                var count = direct > 0
                    ? await connection.ReceiveAsync(buffer[..direct], cancellationToken)
                    : await connection.FillAsync(cancellationToken);
                if (count == 0)
                    return _framing == Framing.UntilClose ? End() : throw new EndOfStreamException();
                if (direct > 0)
                {
                    _left -= _framing == Framing.Length ? count : 0;
                    _isEnded = _framing == Framing.Length && _left == 0;
                    return count;
                }
            }
            while (!TryTake(connection, buffer.Span, out taken));
            return taken;
        }
        catch (Exception exception)
        {
            Break(connection);
            throw LeanFaults.Of(exception, cancellationToken);
        }
        finally
        {
            _isReading = false;
        }
    }

    /// <summary>What may be received straight into the reader's buffer; between chunks the connection's own is needed, and spares small reads.</summary>
    private int DirectLength(int room) => _framing switch
    {
        Framing.Length => (int)Math.Min(room, _left),
        Framing.UntilClose => room,
        _ => 0,
    };

    private int End()
    {
        _isEnded = true;
        return 0;
    }

    private async ValueTask<bool> HasNoChunkAsync(CancellationToken cancellationToken)
    {
        var connection = Connection;
        try
        {
            while (true)
            {
                connection.Take(_chunks.Advance(connection.Received));
                if (_chunks.IsEnded || _chunks.Left > 0)
                    return _isEnded = _chunks.IsEnded;
                if (await connection.FillAsync(cancellationToken) == 0)
                    throw new EndOfStreamException();
            }
        }
        catch (Exception exception)
        {
            Break(connection);
            throw LeanFaults.Of(exception, cancellationToken);
        }
    }

    /// <summary>Takes what is there and says whether to wait for the rest.</summary>
    private bool MayEndSoon(LeanConnection connection)
    {
        try
        {
            Span<byte> nowhere = stackalloc byte[1024];
            while (!_isEnded && TryTake(connection, nowhere, out _))
            {
                // what was received already costs nothing more
            }

            return _isEnded || (_framing != Framing.UntilClose && _left <= LongestRest && _chunks.Left <= LongestRest);
        }
        catch (UpstreamException)
        {
            return false;
        }
    }

    private async Task DrainAsync(LeanConnection connection)
    {
        try
        {
            using var patience = new CancellationTokenSource(DrainTime, _clock);
            var nowhere = new byte[1024];
            for (var rest = LongestRest; !_isEnded && rest > 0;)
                rest -= await WaitAsync(connection, nowhere, patience.Token);
        }
        catch (Exception exception) when (exception is UpstreamException or OperationCanceledException)
        {
            // It does not end soon, or never will: the connection is closed already.
        }

        if (_isEnded && !_isBroken)
            _pool.Return(connection);
        else
            connection.Close();
    }

    private void Break(LeanConnection connection)
    {
        _isBroken = true;
        connection.Close();
    }
}
