using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Sse;

#pragma warning disable CA2012 // a receive is begun before it is waited for; TryRead, WaitToReadAsync or DisposeAsync takes it, each once

/// <summary>
/// Reads server-sent events as the HTML standard (section 9.2.6) frames them, with two differences a relay needs: a block
/// that has only <c>id:</c> or <c>retry:</c> comes through, and id and retry are those of the block, not the last ones seen.
/// That is why it is not System.Net.ServerSentEvents, whose parser drops blocks without data. A block cut off by the end of the
/// stream is dropped, as the standard says.
/// </summary>
/// <param name="stream">UTF-8 text/event-stream. Not disposed.</param>
/// <param name="cancellationToken">Stops reading.</param>
public sealed class SseReader(Stream stream, CancellationToken cancellationToken) : EventReader
{
    /// <summary>
    /// What an unfinished event may take in memory: a JSON-RPC message with a file of tens of megabytes passes, an endless one
    /// does not.
    /// </summary>
    public const int MaxEventBytes = 64 * 1024 * 1024;

    private readonly SseBuffer _buffer = new();
    private ValueTask<int> _receiving; // into the buffer's room
    private bool _isReceiving;
    private bool _hasEnded;
    private SseFrame _frame; // found while waiting, and not taken yet
    private bool _hasFrame;

    /// <inheritdoc/>
    public override bool TryRead(out SseFrame frame)
    {
        if (_hasFrame)
        {
            (frame, _hasFrame) = (_frame, false);
            return true;
        }

        if (_buffer.TryReadFrame(out frame))
            return true;
        if (_hasEnded)
            return false;

        // Asked before anybody waits: what has come meanwhile goes along with what came before. Once, because bytes are not yet an event.
        StartReceiving();
        return _receiving.IsCompletedSuccessfully && Received(TakeReceiving().Result) && _buffer.TryReadFrame(out frame);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">An event is larger than <see cref="MaxEventBytes"/>.</exception>
    public override ValueTask<bool> WaitToReadAsync() => _hasFrame || _hasEnded ? new(_hasFrame) : ReceiveAsync();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (_isReceiving)
            _ = LeaveAsync(TakeReceiving());
        else
            _buffer.Dispose();
        return ValueTask.CompletedTask;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReceiveAsync()
    {
        do
            StartReceiving();
        while (Received(await TakeReceiving()) && !(_hasFrame = _buffer.TryReadFrame(out _frame)));
        return _hasFrame;
    }

    /// <summary>Whatever goes wrong shows where it is waited for.</summary>
    private void StartReceiving()
    {
        if (_isReceiving)
            return;
        _isReceiving = true;
        try
        {
            _receiving = stream.ReadAsync(_buffer.Room(), cancellationToken);
        }
        catch (Exception failed)
        {
            _receiving = ValueTask.FromException<int>(failed);
        }
    }

    private ValueTask<int> TakeReceiving()
    {
        _isReceiving = false;
        return _receiving;
    }

    /// <returns>False at the end.</returns>
    private bool Received(int count)
    {
        _hasEnded = count == 0;
        _buffer.Append(count);
        return !_hasEnded;
    }

    /// <summary>The buffer is of use to others when nothing is received into it any more.</summary>
    private async Task LeaveAsync(ValueTask<int> receiving)
    {
        await ((Task)receiving.AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _buffer.Dispose();
    }
}
