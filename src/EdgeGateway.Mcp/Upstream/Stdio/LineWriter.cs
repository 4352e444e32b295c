using System.Buffers;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Writes messages, one a line and one after the other.</summary>
internal sealed class LineWriter(Stream stream, TimeProvider clock)
{
    /// <summary>A process that reads nothing for so long, while its pipe (64 KiB) is full, has stopped working.</summary>
    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(10);

    /// <summary>Held while a line is written. Never disposed: it has no handle.</summary>
    private SemaphoreSlim Turn { get; } = new(1);

    /// <summary>
    /// Writes one message. It is copied before this returns, and written whole even if the caller stops waiting: half a line
    /// would spoil the next one.
    /// </summary>
    /// <returns>False: it was not written whole, so the process cannot have understood it, nor anything after it.</returns>
    public async Task<bool> WriteAsync(ReadOnlyMemory<byte> message)
    {
        var line = ArrayPool<byte>.Shared.Rent(message.Length + 1);
        Fill(line, message.Span);
        using var patience = new CancellationTokenSource(WriteTime, clock);
        var isOurs = false;
        try
        {
            await Turn.WaitAsync(patience.Token);
            isOurs = true;
            await stream.WriteAsync(line.AsMemory(0, message.Length + 1), patience.Token);
            return true;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
        finally
        {
            if (isOurs)
                Turn.Release();
            ArrayPool<byte>.Shared.Return(line);
        }
    }

    /// <summary>Line breaks in JSON stand between its parts, never in a string: a space says the same.</summary>
    private static void Fill(byte[] line, ReadOnlySpan<byte> message)
    {
        message.CopyTo(line);
        var text = line.AsSpan(0, message.Length);
        text.Replace((byte)'\n', (byte)' ');
        text.Replace((byte)'\r', (byte)' ');
        line[message.Length] = (byte)'\n';
    }
}
