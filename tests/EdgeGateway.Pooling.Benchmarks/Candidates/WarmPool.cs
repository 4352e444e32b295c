namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>A pool of ours with every session open, and the one principal who uses it.</summary>
internal sealed class WarmPool : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly SessionClass Class = new("2025-11-25", "{}");

    public WarmPool(Func<PoolOptions, PoolOptions> configure)
    {
        var options = configure(new PoolOptions
        {
            Enabled = true,
            Size = Item.Count,
            MaxSize = Item.Count,
            DefaultClass = Class,
            Credential = Credential.Stored(1),
        });
        Caller = new("ann", Class, options.Credential);
        Pool = new(options, new Opener(), new SessionCap(options.MaxSize + 1), TimeProvider.System);
        if (!SpinWait.SpinUntil(() => Pool.Stats().Available == options.Size, Patience))
        {
            throw new TimeoutException($"{Pool.Stats().Available} of {options.Size} sessions were open after {Patience.TotalSeconds:0} s");
        }
    }

    public SessionPool<Item> Pool { get; }

    public Caller Caller { get; }

    /// <summary>The books must balance, or what was measured was not a pool.</summary>
    public void Dispose()
    {
        var stats = Pool.Stats();
        if (stats.InFlight != 0 || stats.DoubleReleases != 0 || stats.Acquisitions != stats.Releases)
        {
            throw new InvalidOperationException(
                $"{stats.Acquisitions} acquisitions, {stats.Releases} releases, {stats.InFlight} in flight, {stats.DoubleReleases} double releases");
        }

        Pool.ShutdownAsync(TimeSpan.Zero, keepBound: false).GetAwaiter().GetResult();
    }

    private sealed class Opener : ISessionOpener<Item>
    {
        private int _opened;

        public ValueTask<Item> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken) =>
            new(new Item(Interlocked.Increment(ref _opened)));
    }
}
