using System.Collections.Concurrent;
using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>The pool most people write: a semaphore counts the items, a queue holds them.</summary>
internal readonly struct SemaphoreAndQueue() : IContender
{
    private readonly SemaphoreSlim _semaphore = new(Item.Count);
    private readonly ConcurrentQueue<Item> _idle = new(Item.Some());

    public int AcquireAndRelease()
    {
        var asked = _semaphore.WaitAsync(CancellationToken.None);
        Must.HaveItem(asked.IsCompletedSuccessfully);
        Must.HaveItem(_idle.TryDequeue(out var item));
        var number = item.Number;
        _idle.Enqueue(item);
        _semaphore.Release();
        return number;
    }
}
