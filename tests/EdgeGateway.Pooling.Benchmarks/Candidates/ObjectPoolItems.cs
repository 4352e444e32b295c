using EdgeGateway.Pooling.Benchmarks.Measuring;
using Microsoft.Extensions.ObjectPool;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>Microsoft's object pool. It neither limits nor waits: an empty one makes a new item.</summary>
internal readonly struct ObjectPoolItems() : IContender
{
    private readonly DefaultObjectPool<Item> _pool = new(new Policy(), Item.Count);

    public int AcquireAndRelease()
    {
        var item = _pool.Get();
        var number = item.Number;
        _pool.Return(item);
        return number;
    }

    private sealed class Policy : PooledObjectPolicy<Item>
    {
        public override Item Create() => new(1);

        public override bool Return(Item obj) => true;
    }
}
