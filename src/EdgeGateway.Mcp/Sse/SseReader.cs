using System.Runtime.CompilerServices;

namespace EdgeGateway.Mcp.Sse;

/// <summary>
/// Reads server-sent events as the HTML standard (section 9.2.6) frames them, with two differences a relay needs: a block
/// that has only <c>id:</c> or <c>retry:</c> comes through, and id and retry are those of the block, not the last ones seen.
/// That is why it is not System.Net.ServerSentEvents, whose parser drops blocks without data.
/// </summary>
public static class SseReader
{
    /// <summary>
    /// What an unfinished event may take in memory: a JSON-RPC message with a file of tens of megabytes passes, an endless one
    /// does not.
    /// </summary>
    public const int MaxEventBytes = 64 * 1024 * 1024;

    /// <summary>The events, one by one as they arrive. A block cut off by the end of the stream is dropped, as the standard says.</summary>
    /// <param name="stream">UTF-8 text/event-stream. Not disposed.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="InvalidDataException">An event is larger than <see cref="MaxEventBytes"/>.</exception>
    public static async IAsyncEnumerable<SseFrame> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var buffer = new SseBuffer();
        while (true)
        {
            while (buffer.TryReadFrame(out var frame))
                yield return frame;

            var read = await stream.ReadAsync(buffer.Room(), cancellationToken);
            if (read == 0)
                yield break;
            buffer.Append(read);
        }
    }
}
