using System.Buffers;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// Writes messages, one a line and one after the other. Mostly one is written at once, by who brings it. Those that come while others are
/// being written are written together, by whoever writes at the moment.
/// </summary>
internal sealed class LineWriter(Stream stream, TimeProvider clock)
{
    /// <summary>A process that reads nothing for so long, while its pipe (64 KiB) is full, has stopped working.</summary>
    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();

    // All three written and read under the lock by every writer.
    private bool _isWriting;
    private bool _isBroken;
    private WaitingLines? _waiting;

    // Ends a write that takes too long. Used by whoever writes. Its timer runs only while a write waits, so it needs no disposal.
    private CancellationTokenSource _patience = NewPatience(clock);

    /// <summary>
    /// Writes one message. It is copied before this returns, and written whole even if the caller stops waiting: half a line
    /// would spoil the next one.
    /// </summary>
    /// <returns>False: it was not written whole, so the process cannot have understood it, nor anything after it.</returns>
    public Task<bool> WriteAsync(ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            if (_isBroken)
                return Task.FromResult(false);
            if (_isWriting)
            {
                _waiting ??= new WaitingLines(clock.GetTimestamp());
                _waiting.Add(message.Span);
                return _waiting.Written;
            }

            _isWriting = true;
        }

        return WriteOneAsync(message);
    }

    private async Task<bool> WriteOneAsync(ReadOnlyMemory<byte> message)
    {
        var line = ArrayPool<byte>.Shared.Rent(message.Length + 1);
        Fill(line, message.Span);
        var isWritten = await TryWriteAsync(line.AsMemory(0, message.Length + 1), WriteTime).ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(line);
        if (TakeWaiting(isWritten) is { } waiting)
            _ = WriteWaitingAsync(waiting, isWritten);
        return isWritten;
    }

    /// <summary>For others: what they wait for does not depend on where this one came from.</summary>
    private async Task WriteWaitingAsync(WaitingLines? lines, bool mayWrite)
    {
        while (lines is { } these)
        {
            var isWritten = mayWrite && await TryWriteAsync(these.Bytes, WriteTime - clock.GetElapsedTime(these.Since)).ConfigureAwait(false);
            lines = TakeWaiting(isWritten);
            mayWrite = isWritten;
            these.Complete(isWritten); // the last thing: they go on in here
        }
    }

    /// <summary>What came meanwhile; null lets the next one write by itself. After a line that was not written whole nothing is.</summary>
    private WaitingLines? TakeWaiting(bool isWritten)
    {
        lock (_lock)
        {
            var waiting = _waiting;
            _waiting = null;
            _isBroken |= !isWritten;
            _isWriting = waiting is not null;
            return waiting;
        }
    }

    /// <summary>A pipe with room takes everything at once, and then no clock is asked.</summary>
    private async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> lines, TimeSpan time)
    {
        try
        {
            var writing = stream.WriteAsync(lines, _patience.Token);
            var waits = !writing.IsCompleted;
            if (waits)
                _patience.CancelAfter(time > TimeSpan.Zero ? time : TimeSpan.Zero);
            await writing.ConfigureAwait(false);
            if (waits && !_patience.TryReset())
                _patience = NewPatience(clock); // it ran out as the last byte went
            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    private static CancellationTokenSource NewPatience(TimeProvider clock) => new(Timeout.InfiniteTimeSpan, clock);

    /// <summary>Line breaks in JSON stand between its parts, never in a string: a space says the same.</summary>
    private static void Fill(Span<byte> line, ReadOnlySpan<byte> message)
    {
        var text = line[..message.Length];
        message.CopyTo(text);
        text.Replace((byte)'\n', (byte)' ');
        text.Replace((byte)'\r', (byte)' ');
        line[message.Length] = (byte)'\n';
    }

    /// <summary>Lines that are written together.</summary>
    /// <param name="since">Timestamp of the first one: none waits longer than it would alone.</param>
    private sealed class WaitingLines(long since)
    {
        private readonly ArrayBufferWriter<byte> _lines = new();
        private readonly TaskCompletionSource<bool> _written = new();

        public long Since => since;

        public ReadOnlyMemory<byte> Bytes => _lines.WrittenMemory;

        public Task<bool> Written => _written.Task;

        public void Add(ReadOnlySpan<byte> message)
        {
            Fill(_lines.GetSpan(message.Length + 1), message);
            _lines.Advance(message.Length + 1);
        }

        /// <summary>Who waits goes on in here.</summary>
        public void Complete(bool isWritten) => _written.SetResult(isWritten);
    }
}
