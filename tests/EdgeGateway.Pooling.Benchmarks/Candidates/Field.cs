using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>Who takes part: every candidate anew for each table.</summary>
internal sealed class Field : IDisposable
{
    private readonly List<WarmPool> _pools = [];

    public List<Row> Rows { get; } = [];

    /// <summary>An item for everybody.</summary>
    /// <param name="threads">One, or two at once.</param>
    public static Field OfLeases(int threads)
    {
        var field = new Field();
        Add(Names.RoundRobin, new OurLease(field.Shared(PoolStrategy.RoundRobin), LeaseMode.Shared));
        Add(Names.LeastConnections, new OurLease(field.Shared(PoolStrategy.LeastConnections), LeaseMode.Shared));
        Add(Names.Exclusive, new OurLease(field.Warm(o => o with { Isolation = Isolation.User }), LeaseMode.Exclusive));
        Add(Names.Bound, new OurBinding(field.Warm(o => o with { Isolation = Isolation.Session })));
        Add(Names.Awaited, new OurAwaitedLease(field.Shared(PoolStrategy.RoundRobin), LeaseMode.Shared));
        Add(Names.Floor, new TwoCas());
        Add(Names.ObjectPool, new ObjectPoolItems());
        Add(Names.Channel, new ChannelItems([.. Item.Some()]));
        Add(Names.SemaphoreAndQueue, new SemaphoreAndQueue());
        Add(Names.NpgsqlShape, new NpgsqlShape());
        return field;

        void Add<T>(string name, T contender)
            where T : struct, IContender => field.Rows.Add(threads == 1 ? new OneThread<T>(name, contender) : new TwoThreads<T>(name, contender));
    }

    /// <summary>One item for everybody.</summary>
    /// <param name="workers">So many want it.</param>
    /// <param name="canLeave">Whether each brings a token that could fire, as a request does.</param>
    public static Field OfHandOffs(int workers, bool canLeave)
    {
        var field = new Field();
        Add(Names.OnePermit, new OurLease(field.Warm(o => One(o) with { Isolation = Isolation.Shared, MaxConcurrency = 1 }), LeaseMode.Shared).WorkAsync);
        Add(Names.Exclusive, new OurLease(field.Warm(o => One(o) with { Isolation = Isolation.User }), LeaseMode.Exclusive).WorkAsync);
        Add(Names.Semaphore, new SemaphoreTurns(Timeout.InfiniteTimeSpan).WorkAsync);
        Add(Names.PatientSemaphore, new SemaphoreTurns(new PoolOptions { DefaultClass = new("", "{}"), Credential = Credential.Stored(1) }.AcquireTimeout).WorkAsync);
        Add(Names.Channel, new ChannelItems([new(1)]).WorkAsync);
        return field;

        void Add(string name, Func<Turns, CancellationToken, Task> work) => field.Rows.Add(new HandOff(name, workers, canLeave, work));
        PoolOptions One(PoolOptions options) => options with { Size = 1, MaxSize = 1, MaxPending = workers };
    }

    public void Dispose() => _pools.ForEach(pool => pool.Dispose());

    private WarmPool Shared(PoolStrategy strategy) => Warm(o => o with { Isolation = Isolation.Shared, Strategy = strategy });

    private WarmPool Warm(Func<PoolOptions, PoolOptions> configure)
    {
        var warm = new WarmPool(configure);
        _pools.Add(warm);
        return warm;
    }
}
