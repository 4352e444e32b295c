using System.Collections.Concurrent;
using EdgeGateway.Pooling.Maintenance;
using EdgeGateway.Pooling.Tests.Harness;
using EdgeGateway.Pooling.Tests.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests.Linearizability;

/// <summary>A pool and the leases its callers hold, used by real threads at once.</summary>
internal sealed class ParallelLeases
{
    public const int Permits = 4;

    private static readonly Caller Ann = new("ann", StagedPool.Plain, Credential.Stored(1));
    private readonly ConcurrentStack<Lease<FakeSession>> _held = new();
    private readonly SessionPool<FakeSession> _pool;

    public ParallelLeases(PoolStrategy strategy)
    {
        var options = new PoolOptions
        {
            Enabled = true,
            Isolation = Isolation.Shared,
            Strategy = strategy,
            Size = 2,
            MaxSize = 2,
            MaxConcurrency = Permits / 2,
            EndpointWeights = [1, 1],
            DefaultClass = StagedPool.Plain,
            Credential = Ann.Credential,
        };
        _pool = new SessionPool<FakeSession>(options, new FakeUpstream(), new SessionCap(10), new FakeTimeProvider(), onEvent: null, new AtOnce(), new Random(1));
    }

    public int Held => _held.Count;

    public int InFlight => _pool.Stats().InFlight;

    /// <summary>Takes a lease if there is one at once.</summary>
    public void Take()
    {
        using var leaving = new CancellationTokenSource();
        var asked = _pool.AcquireAsync(Ann, LeaseMode.Shared, leaving.Token).AsTask();
        if (!asked.IsCompleted)
        {
            leaving.Cancel();
        }

        try
        {
            _held.Push(asked.GetAwaiter().GetResult().Lease);
        }
        catch (OperationCanceledException)
        {
            // There was none.
        }
    }

    public void GiveBack()
    {
        if (_held.TryPop(out var lease))
        {
            lease.Release(LeaseOutcome.Reusable);
        }
    }

    private sealed class AtOnce : IWorkQueue
    {
        public void Queue(Func<Task> work) => work().GetAwaiter().GetResult();
    }
}
