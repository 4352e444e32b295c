using EdgeGateway.Pooling.Tests.Harness;
using EdgeGateway.Pooling.Tests.Linearizability;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>The real pool on a stage. What strands do with it is written into the <see cref="Books"/>.</summary>
internal sealed class StagedPool
{
    public static readonly SessionClass Plain = new("2025-11-25", "{}");

    private readonly Stage _stage;

    public StagedPool(Stage stage, Func<PoolOptions, PoolOptions> configure, bool isStateful)
    {
        _stage = stage;
        Cap = new SessionCap(stage.Cap);
        Upstream = new FakeUpstream { IsStateful = isStateful };
        Options = configure(new PoolOptions { Enabled = true, Isolation = Isolation.User, DefaultClass = Plain, Credential = Credential.Stored(1) });
        Pool = new SessionPool<FakeSession>(Options, Upstream, Cap, Clock, onEvent: null, Background, new Random(stage.Seed));
        Books = new Books(this);
        Background.Run();
    }

    public FakeTimeProvider Clock { get; } = new();

    public FakeUpstream Upstream { get; }

    public SessionCap Cap { get; }

    public Background Background { get; } = new();

    public PoolOptions Options { get; private set; }

    public SessionPool<FakeSession> Pool { get; }

    public Books Books { get; }

    /// <summary>At the end of the scenario it takes requests.</summary>
    public bool Serves { get; set; } = true;

    /// <summary>
    /// Says that to its callers the pool must look like so many permits, taken one at a time by whoever came first in each user's lane (I9).
    /// An answer may reach its caller late, so what is checked is that some order of grants explains all that the callers saw.
    /// </summary>
    public void MustLookLike(int permits) => _stage.AtRest(() =>
    {
        var history = History.Of(Books);
        Assert.True(Search.Find(history, new Permits(permits)) is not null, $"I9: no order explains what the callers saw:\n{string.Join("\n", history.OrderBy(operation => operation.Began))}");
    });

    public Caller By(string principal) => new(principal, Plain, Options.Credential);

    /// <summary>Asks, and waits until there is an answer; null when it is no, or the caller was called away.</summary>
    public Held? Acquire(string principal, LeaseMode mode = LeaseMode.Exclusive, Leaving? leaving = null)
    {
        if (leaving is { Token.IsCancellationRequested: true })
        {
            // Nothing the pool would count.
            return null;
        }

        var asked = Books.Ask(By(principal), mode);
        var pending = Pool.AcquireAsync(asked.Caller, mode, leaving?.Token ?? CancellationToken.None);
        return Await(asked, pending, leaving, out var acquired) ? Took(asked, acquired) : null;
    }

    /// <summary>A whole session-less request.</summary>
    public void Call(string principal, LeaseMode mode = LeaseMode.Exclusive, LeaseOutcome outcome = LeaseOutcome.Reusable)
    {
        if (Acquire(principal, mode) is { } held)
        {
            Interleaving.Point();
            Release(held, outcome);
        }
    }

    /// <summary>Gives a lease back for the first time.</summary>
    public void Release(Held held, LeaseOutcome outcome = LeaseOutcome.Reusable)
    {
        Books.Release(held);
        held.Lease.Release(outcome);
        Books.Released(held, outcome);
    }

    /// <summary>Binds a session; null when it was refused, or the caller was called away.</summary>
    public Binding<FakeSession>? Bind(string principal, Leaving? leaving = null)
    {
        if (leaving is { Token.IsCancellationRequested: true })
        {
            return null;
        }

        var asked = Books.Ask(By(principal), LeaseMode.Exclusive, bind: true);
        return Await(asked, Pool.BindAsync(asked.Caller, leaving?.Token ?? CancellationToken.None), leaving, out var bound) ? Books.Bound(asked, bound) : null;
    }

    /// <summary>A request of a client that holds a client session; null when it was refused.</summary>
    public Held? Request(Binding<FakeSession> binding)
    {
        var asked = Books.Ask(binding.Caller, LeaseMode.Shared);
        var atOnce = binding.TryAcquire();
        var acquired = atOnce.IsHeld ? new(atOnce) : binding.Acquire();
        if (acquired.Refusal?.Rejection == Rejection.BindingEnded)
        {
            Books.NotARequest(asked);
            return null;
        }

        return Books.Answered(asked, acquired, binding);
    }

    public void Apply(Func<PoolOptions, PoolOptions> change)
    {
        var options = change(Options);
        Books.Rules.Change(options, Books.Now);
        Pool.Apply(options);
        Options = options;
        Books.Rules.Changed(options, Books.Now);
        Note("the change is applied");
    }

    public void Note(string text) => _stage.Note(text);

    /// <summary>Outside a schedule: whether a caller whose session is idle is served and gives it back without the lock, as it must be when nobody waits.</summary>
    public void CheckServesWithoutTheLock(string principal)
    {
        CallAlone(principal);
        var before = Schedule.LocksTaken;
        CallAlone(principal);
        Assert.True(before == Schedule.LocksTaken, $"{principal} is alone and yet served under the lock: the pool believes that somebody waits, or does not find its partition");
    }

    /// <summary>Outside a schedule: a whole request.</summary>
    public void CallAlone(string principal)
    {
        Books.CallsAlone++;
        var pending = Pool.AcquireAsync(By(principal), LeaseMode.Exclusive, CancellationToken.None);
        Background.Run();
        var acquired = pending.IsCompleted ? pending.Result : throw new InvalidOperationException("A caller is not served though nobody else is there.");
        Assert.Null(acquired.Refusal);
        acquired.Lease.Release(LeaseOutcome.Reusable);
        Background.Run();
    }

    public string Describe() => $"{Pool.Stats()}\n{string.Join("\n", Pool.Sessions())}";

    private Held? Took(Asked asked, Acquired<FakeSession> acquired) => Books.Answered(asked, acquired, binding: null);

    private bool Await<T>(Asked asked, ValueTask<T> pending, Leaving? leaving, out T answer)
    {
        if (!pending.IsCompleted)
        {
            var waiter = pending;
            Books.Joined(asked);
            _stage.Note("in line");

            // Taking the answer waits for a call-off that is under way.
            _stage.Schedule.Until(() => waiter.IsCompleted && leaving is not { IsUnderWay: true });
        }

        try
        {
            answer = pending.GetAwaiter().GetResult();
            return true;
        }
        catch (OperationCanceledException) when (leaving is not null)
        {
            Books.Left(asked);
            answer = default!;
            return false;
        }
    }
}

/// <summary>A caller that may go away.</summary>
internal sealed class Leaving
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    /// <summary>What is called back when it leaves still runs.</summary>
    public bool IsUnderWay { get; private set; }

    public void Leave()
    {
        IsUnderWay = true;
        _source.Cancel();
        IsUnderWay = false;
    }
}
