using System.Threading.Channels;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>What a watcher hears for one stream, until the stream has passed it on.</summary>
internal sealed class HeardMessages
{
    /// <summary>Notifications say that something changed, not what: a client that is this far behind needs no more of them.</summary>
    private const int MostBehind = 256;

    private readonly Channel<ReadOnlyMemory<byte>> _heard = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(MostBehind) { FullMode = BoundedChannelFullMode.DropOldest });

    public ChannelWriter<ReadOnlyMemory<byte>> Writer => _heard.Writer;

    /// <summary>Passes on what is heard, with comments while it is quiet, until <paramref name="ended"/> fires.</summary>
    public async Task RelayAsync(HttpContext http, Func<ReadOnlyMemory<byte>, ValueTask> write, TimeProvider clock, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(ended);
            var next = _heard.Reader.WaitToReadAsync(idle.Token).AsTask();
            var timer = Task.Delay(EventStream.KeepAliveInterval, clock, idle.Token);
            var first = await Task.WhenAny(next, timer);
            await idle.CancelAsync();
            if (first == timer)
            {
                if (!ended.IsCancellationRequested)
                {
                    await EventStream.KeepAliveAsync(http);
                }

                continue;
            }

            await PassOnAsync(write);
        }

        await PassOnAsync(write);
    }

    private async Task PassOnAsync(Func<ReadOnlyMemory<byte>, ValueTask> write)
    {
        while (_heard.Reader.TryRead(out var message))
        {
            await write(message);
        }
    }
}
