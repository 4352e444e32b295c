using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests.Harness;

/// <summary>A pool whose time, luck, background work and upstream the test is in charge of.</summary>
internal sealed class PoolUnderTest
{
    public static readonly SessionClass Plain = new("2025-11-25", "{}");
    public static readonly SessionClass Roots = new("2025-11-25", """{"roots":{}}""");
    public static readonly Credential Stored = Credential.Stored(1);

    private readonly List<PoolEvent> _told = [];

    // The caller measures what it used; a test that does not say otherwise measures with the pool's clock.
    private readonly Dictionary<Lease<FakeSession>, long> _granted = [];

    public PoolUnderTest(Func<PoolOptions, PoolOptions>? configure = null, FakeUpstream? upstream = null, SessionCap? cap = null, int seed = 1, FakeTimeProvider? clock = null)
    {
        Clock = clock ?? new FakeTimeProvider();
        Upstream = upstream ?? new FakeUpstream();
        Cap = cap ?? new SessionCap(2000);
        Options = new PoolOptions { Enabled = true, DefaultClass = Plain, Credential = Stored };
        Options = configure?.Invoke(Options) ?? Options;
        Pool = new SessionPool<FakeSession>(Options, Upstream, Cap, Clock, OnEvent, Work, new Random(seed));
    }

    public FakeTimeProvider Clock { get; }

    public FakeUpstream Upstream { get; }

    public SessionCap Cap { get; }

    public StepQueue Work { get; } = new();

    public PoolOptions Options { get; private set; }

    public SessionPool<FakeSession> Pool { get; }

    public PoolStats Stats => Pool.Stats();

    public IReadOnlyList<PoolEvent> Told => _told;

    public static Credential Brought(string fingerprint) => new(fingerprint, IsStored: false, [new("x-key", fingerprint)]);

    public static Caller By(string principal, SessionClass? sessionClass = null, Credential? credential = null, string? stickyKey = null) =>
        new(principal, sessionClass ?? Plain, credential ?? Stored, stickyKey);

    /// <summary>A pool that has warmed up.</summary>
    public static PoolUnderTest Warm(Func<PoolOptions, PoolOptions>? configure = null, FakeUpstream? upstream = null, SessionCap? cap = null, int seed = 1)
    {
        var pool = new PoolUnderTest(configure, upstream, cap, seed);
        pool.Run();
        return pool;
    }

    /// <summary>A warm pool of an upstream that keeps no state.</summary>
    public static PoolUnderTest Stateless(Func<PoolOptions, PoolOptions>? configure = null) => Warm(configure, new FakeUpstream { IsStateful = false });

    public void Run() => Work.Run();

    public void Pass(TimeSpan time, TimeSpan? step = null)
    {
        var left = time;
        while (left > TimeSpan.Zero)
        {
            var next = left < (step ?? TimeSpan.FromSeconds(1)) ? left : step ?? TimeSpan.FromSeconds(1);
            Clock.Advance(next);
            Run();
            left -= next;
        }
    }

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    public void Apply(Func<PoolOptions, PoolOptions> change, FakeUpstream? upstream = null)
    {
        Options = change(Options);
        Pool.Apply(Options, upstream);
        Run();
    }

    /// <summary>Asks, and lets the background work run.</summary>
    public Task<Acquired<FakeSession>> Ask(Caller caller, LeaseMode mode = LeaseMode.Exclusive) => AskUntil(TestContext.Current.CancellationToken, caller, mode);

    public Task<Acquired<FakeSession>> AskUntil(CancellationToken cancellationToken, Caller caller, LeaseMode mode = LeaseMode.Exclusive)
    {
        var asked = Pool.AcquireAsync(caller, mode, cancellationToken).AsTask();
        Run();
        return asked;
    }

    public Task<Acquired<FakeSession>> Ask(string principal, LeaseMode mode = LeaseMode.Exclusive) => Ask(By(principal), mode);

    /// <summary>Asks, and expects a lease, at once or when the background work has run.</summary>
    public async Task<Lease<FakeSession>> Lease(Caller caller, LeaseMode mode = LeaseMode.Exclusive)
    {
        var asked = Ask(caller, mode);
        Assert.Equal(0, Waiting(asked));
        var acquired = await asked;
        Assert.Null(acquired.Refusal);
        _granted[acquired.Lease] = Clock.GetTimestamp();
        return acquired.Lease;
    }

    public Task<Lease<FakeSession>> Lease(string principal, LeaseMode mode = LeaseMode.Exclusive) => Lease(By(principal), mode);

    /// <summary>A whole session-less call.</summary>
    public async Task<FakeSession> Call(Caller caller, LeaseOutcome outcome = LeaseOutcome.Reusable, LeaseMode mode = LeaseMode.Exclusive)
    {
        var lease = await Lease(caller, mode);
        Release(lease, outcome);
        return lease.Session;
    }

    public Task<FakeSession> Call(string principal, LeaseOutcome outcome = LeaseOutcome.Reusable, LeaseMode mode = LeaseMode.Exclusive) =>
        Call(By(principal), outcome, mode);

    public Task<Bound<FakeSession>> AskBind(Caller caller) => AskBindUntil(TestContext.Current.CancellationToken, caller);

    public Task<Bound<FakeSession>> AskBindUntil(CancellationToken cancellationToken, Caller caller)
    {
        var asked = Pool.BindAsync(caller, cancellationToken).AsTask();
        Run();
        return asked;
    }

    public async Task<Binding<FakeSession>> Bind(Caller caller)
    {
        var bound = await AskBind(caller);
        Assert.Null(bound.Refusal);
        Assert.NotNull(bound.Binding);
        return bound.Binding;
    }

    public Task<Binding<FakeSession>> Bind(string principal) => Bind(By(principal));

    /// <summary>A request of a client that holds a client session.</summary>
    public static Lease<FakeSession> Request(Binding<FakeSession> binding)
    {
        var atOnce = binding.TryAcquire();
        var acquired = atOnce.IsHeld ? new(atOnce) : binding.Acquire();
        Assert.Null(acquired.Refusal);
        return acquired.Lease;
    }

    public void Release(Lease<FakeSession> lease, LeaseOutcome outcome = LeaseOutcome.Reusable)
    {
        lease.Release(outcome, _granted.Remove(lease, out var granted) ? Clock.GetElapsedTime(granted) : TimeSpan.Zero);
        Run();
    }

    public void End(Binding<FakeSession> binding)
    {
        binding.End("the client said DELETE");
        Run();
    }

    private int Waiting(Task asked) => asked.IsCompleted ? 0 : Stats.Waiting;

    private void OnEvent(PoolEvent happened)
    {
        lock (_told)
        {
            _told.Add(happened);
        }
    }
}
