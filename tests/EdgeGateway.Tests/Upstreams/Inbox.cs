using System.Threading.Channels;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>What a handler received, in order; a test waits for the next one instead of sleeping.</summary>
internal sealed class Inbox<T>
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    public void Add(T item) => _items.Writer.TryWrite(item);

    public ValueTask<T> NextAsync(CancellationToken cancellationToken) => _items.Reader.ReadAsync(cancellationToken);

    public async Task<IReadOnlyList<T>> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var taken = new List<T>(count);
        while (taken.Count < count)
        {
            taken.Add(await NextAsync(cancellationToken));
        }

        return taken;
    }
}
