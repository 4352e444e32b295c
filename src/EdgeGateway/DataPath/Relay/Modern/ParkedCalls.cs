using System.Collections.Concurrent;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>
/// Requests of modern clients that a legacy server has asked something back: each holds its session and its open stream until the client
/// repeats it with the answers (protocol.md section 4). Each is taken up once, or given up in time.
/// </summary>
internal sealed class ParkedCalls : IDisposable
{
    /// <summary>How long a person may think about the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly RequestState _states = new();
    private readonly TimeProvider _clock;
    private readonly CancellationTokenRegistration _drain;

    // Written by requests that park, by those that take up, and by timers; whoever removes an entry owns its call.
    private readonly ConcurrentDictionary<long, Parked> _calls = new();

    // Written by requests that park (Interlocked); never read otherwise.
    private long _last;

    public ParkedCalls(TimeProvider clock, ReadyState ready)
    {
        _clock = clock;
        _drain = ready.DrainBegun.UnsafeRegister(static parked => ((ParkedCalls)parked!).GiveUp(static _ => true), this);
    }

    /// <summary>Keeps a call until its client comes back.</summary>
    /// <param name="call">What is to go on then.</param>
    /// <param name="x">The request that is answered meanwhile.</param>
    /// <returns>The state the client has to bring; or why it cannot wait: half of the pool's sessions do already, all for other users, or the pool ends.</returns>
    public (string? State, RelayError? Refused) TryPark(BridgedCall call, Exchange x)
    {
        var id = Interlocked.Increment(ref _last);
        var parked = new Parked(call, x.Route.Server.Id, x.Principal.Name, Callers.CredentialOf(x.Http.Request, x.Route, x.Principal).Fingerprint);
        _calls[id] = parked;
        if (x.Route.Pool.Stats().Status is PoolStatus.Draining or PoolStatus.Drained)
        {
            // Read after the entry is there: a drain that began later finds the entry.
            _calls.TryRemove(id, out _);
            return (null, RelayError.PoolDraining);
        }

        while (Count(x.Route.Server.Id) > Limit(x))
        {
            if (OldestOf(parked, id) is not { } oldest)
            {
                _calls.TryRemove(id, out _);
                return (null, RelayError.TooManyParked(Limit(x)));
            }

            // Clients that do not come back are many: a user's newest question counts.
            GiveUp(oldest);
        }

        using (ExecutionContext.SuppressFlow())
        {
            // The request that parks it ends long before.
            parked.Timer = _clock.CreateTimer(_ => GiveUp(id), null, Patience, Timeout.InfiniteTimeSpan);
        }

        if (!_calls.ContainsKey(id))
        {
            parked.Timer.Dispose();
        }

        return (_states.Seal(id, x), null);
    }

    /// <summary>The call a repeated request goes on with: its own alone, and once. Null when there is none.</summary>
    public BridgedCall? TryTake(Exchange x, in ModernParams parameters)
    {
        if (_states.Open(parameters.RequestState.Span, x) is not { } id || !_calls.TryRemove(id, out var parked))
        {
            return null;
        }

        parked.Timer?.Dispose();
        return parked.Call;
    }

    /// <summary>Half of the sessions may wait for people; the others are for work.</summary>
    private static int Limit(Exchange x) => Math.Max(1, x.Route.Pool.Options.MaxSize / 2);

    /// <summary>A server's pool has begun to drain: who waits for a person does not hold that up.</summary>
    public void GiveUpServer(string serverId) => GiveUp(parked => parked.ServerId == serverId);

    public void Dispose()
    {
        _drain.Dispose();
        GiveUp(static _ => true);
    }

    private long? OldestOf(Parked newest, long id)
    {
        var older = _calls.Where(call => call.Key != id && call.Value.IsOfTheSameCaller(newest)).Select(call => call.Key).ToList();
        return older.Count == 0 ? null : older.Min();
    }

    private int Count(string serverId) => _calls.Values.Count(parked => parked.ServerId == serverId);

    private void GiveUp(Func<Parked, bool> isMeant)
    {
        foreach (var (id, parked) in _calls)
        {
            if (isMeant(parked))
            {
                GiveUp(id);
            }
        }
    }

    private void GiveUp(long id)
    {
        if (_calls.TryRemove(id, out var parked))
        {
            parked.Timer?.Dispose();
            _ = parked.Call.AbandonAsync();
        }
    }

    private sealed record Parked(BridgedCall Call, string ServerId, string Principal, string Fingerprint)
    {
        public ITimer? Timer { get; set; }

        public bool IsOfTheSameCaller(Parked other) => (ServerId, Principal, Fingerprint) == (other.ServerId, other.Principal, other.Fingerprint);
    }
}
