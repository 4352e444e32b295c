using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>A pool in simulated time, on the calling thread from its making to its disposal. The real pool: only time, luck, threads and the upstream are ours.</summary>
internal sealed class SimulatedPool : IDisposable
{
    /// <summary>Yields to whatever the pool runs on a thread of its own; more than any of that can need.</summary>
    private const int MostYields = 1_000_000;

    private readonly SynchronizationContext? _before = SynchronizationContext.Current;

    // The pool's timers are made with it. A tick that starts no work has found nothing to do, and most ticks do.
    private readonly int _ownTimers;

    public SimulatedPool(
        int seed, Func<PoolOptions, PoolOptions> configure, int cap = 2000, bool isStateful = true, TimeSpan? handshakeTime = null, Action<PoolEvent>? onEvent = null)
    {
        SynchronizationContext.SetSynchronizationContext(Thread);
        Luck = new Random(seed);
        var options = configure(new PoolOptions { Enabled = true, DefaultClass = PoolUnderTest.Plain, Credential = PoolUnderTest.Stored });
        Upstream = new SimulatedUpstream(Time, Luck, options.EndpointWeights.Count)
        {
            IsStateful = isStateful,
            HandshakeTime = handshakeTime ?? TimeSpan.FromMilliseconds(50),
        };
        Cap = new SessionCap(cap);
        Pool = new SessionPool<SimulatedSession>(options, Upstream, Cap, Time, onEvent, Thread, new Random(seed));
        _ownTimers = Time.Made;
        Settle();
    }

    public SimulatedTime Time { get; } = new();

    public SimulatedThread Thread { get; } = new();

    public Random Luck { get; }

    public SimulatedUpstream Upstream { get; }

    public SessionCap Cap { get; }

    public SessionPool<SimulatedSession> Pool { get; }

    public PoolStats Stats => Pool.Stats();

    /// <summary>Open and not bound: what the pool's size counts.</summary>
    public int Unbound => Stats is var stats ? stats.Total - stats.Bound - stats.Draining : 0;

    /// <summary>Callers that have not seen an answer yet.</summary>
    public int Pending { get; private set; }

    /// <summary>Called after every step but the ticks at which nothing was to be done.</summary>
    public Action Stepped { get; set; } = static () => { };

    public Task<Acquired<SimulatedSession>> AcquireAsync(Caller caller, LeaseMode mode, CancellationToken cancellationToken = default) =>
        SeeAsync(SimulatedThread.SeeAsync(Pool.AcquireAsync(caller, mode, cancellationToken)));

    public Task<Bound<SimulatedSession>> BindAsync(Caller caller, CancellationToken cancellationToken = default) =>
        SeeAsync(SimulatedThread.SeeAsync(Pool.BindAsync(caller, cancellationToken)));

    /// <summary>Waits for the pool's answer to somebody who asked.</summary>
    public async Task<T> SeeAsync<T>(Task<T> answer)
    {
        Pending++;
        try
        {
            return await answer;
        }
        finally
        {
            Pending--;
        }
    }

    /// <summary>A whole session-less call; null when it got no session.</summary>
    public async Task<LeaseOutcome?> CallAsync(Caller caller, TimeSpan work, LeaseMode mode = LeaseMode.Exclusive)
    {
        var acquired = await AcquireAsync(caller, mode);
        if (acquired.Refusal is not null)
        {
            return null;
        }

        var outcome = await Upstream.ServeAsync(acquired.Lease.Session, work);
        acquired.Lease.Release(outcome);
        return outcome;
    }

    public Task WaitAsync(TimeSpan delay) => Time.WaitAsync(delay, default);

    /// <summary>Starts something that goes on while time passes; what it throws breaks the test.</summary>
    public void Start(Func<Task> activity) => Thread.Queue(activity);

    /// <summary>Lets time pass, event by event.</summary>
    public void Pass(TimeSpan time) => PassUntil(Time.Now + time);

    public void PassUntil(TimeSpan end)
    {
        Settle();
        for (var ran = Thread.Ran; Time.TryAdvance(end); ran = Thread.Ran)
        {
            Settle();
            if (Time.Fired > _ownTimers || Thread.Ran != ran)
            {
                Stepped();
            }
        }
    }

    /// <summary>Until everybody who was answered has seen the answer.</summary>
    public void Settle()
    {
        Thread.Run();
        for (var yields = 0; Pending > 0 && Pending != Pool.Stats().Waiting; yields++)
        {
            Assert.True(yields < MostYields, $"{Pending} callers wait, but {Pool.Stats().Waiting} are in line");
            System.Threading.Thread.Yield();
            Thread.Run();
        }
    }

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(_before);
}
