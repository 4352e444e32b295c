using System.Diagnostics.Metrics;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.Telemetry;

/// <summary>
/// How the pools are, read when somebody asks, and what happens to their sessions. Every series carries <c>pool</c> (the server's name)
/// and <c>strategy</c>; none a session's id.
/// </summary>
internal sealed class PoolMeter : IDisposable
{
    /// <summary>Instruments are read one after the other; they shall tell of the same moment, and a pool's lock be taken once.</summary>
    private static readonly TimeSpan OneReading = TimeSpan.FromMilliseconds(50);

    private readonly Meter _meter = new(MeterNames.Pool);
    private readonly Meter _mcp = new(MeterNames.Mcp);
    private readonly Tally _created = new();
    private readonly Tally _closed = new();
    private readonly Tally _rejected = new();
    private readonly ServerCatalog _catalog;
    private readonly TimeProvider _clock;
    private readonly Histogram<double> _createTime;
    private readonly Histogram<double> _sessions;

    // Replaced by whoever reads the instruments; an old one is a reading of a moment ago.
    private volatile Reading _reading = new([], 0);

    public PoolMeter(ServerCatalog catalog, TimeProvider clock)
    {
        _catalog = catalog;
        _clock = clock;
        _createTime = _meter.CreateHistogram("edge_gateway.pool.create_time", "s", "Time a handshake took", null, Buckets.Calls);
        _sessions = _mcp.CreateHistogram("mcp.client.session.duration", "s", "Duration of a session with an upstream", null, Buckets.Sessions);

        _meter.CreateObservableUpDownCounter("edge_gateway.pool.session.count", States, "{session}", "Open sessions by state; those being opened apart");
        Gauge("edge_gateway.pool.session.min", "{session}", "Sessions kept open at least (min_size)", (managed, _) => managed.Pool.Options.MinSize);
        Gauge("edge_gateway.pool.session.size", "{session}", "Sessions kept ready (size)", (managed, _) => managed.Pool.Options.Size);
        Gauge("edge_gateway.pool.session.max", "{session}", "Sessions open at most (max_size)", (managed, _) => managed.Pool.Options.MaxSize);
        Gauge("edge_gateway.pool.in_flight", "{request}", "Requests on a session", (_, stats) => stats.InFlight);
        Gauge("edge_gateway.pool.pending_requests", "{request}", "Requests waiting for a session", (_, stats) => stats.Waiting);
        Gauge("edge_gateway.pool.oldest_waiter.age", "s", "How long the longest waiting request has waited", (_, stats) => stats.OldestWaiter.TotalSeconds);
        Gauge("edge_gateway.pool.health_score", "1", "0 to 100", (_, stats) => stats.HealthScore);
        Gauge("edge_gateway.pool.circuit_state", "1", "0 closed, 1 half open, 2 open", (_, stats) => stats.Circuit switch { CircuitState.Closed => 0, CircuitState.HalfOpen => 1, _ => 2 });
        Count("edge_gateway.pool.acquisitions", "{request}", "Requests that got a session", stats => stats.Acquisitions);
        Count("edge_gateway.pool.releases", "{request}", "Sessions given back", stats => stats.Releases);
        Count("edge_gateway.pool.timeouts", "{request}", "Requests that waited in vain", stats => stats.Timeouts);
        Count("edge_gateway.pool.rejections", "{request}", "Requests that got no session, by reason", _rejected);
        Count("edge_gateway.pool.sessions.created", "{session}", "Sessions opened, by reason", _created);
        Count("edge_gateway.pool.sessions.closed", "{session}", "Sessions closed, by reason", _closed);
    }

    /// <summary>Told of every event of a pool.</summary>
    /// <param name="serverId">Whose pool.</param>
    /// <param name="happened">What.</param>
    public void Happened(string serverId, PoolEvent happened)
    {
        if (happened.IsEnd)
        {
            // Kinds of their own (evicted, rebalanced) name the reason shortly.
            _closed.Add(serverId, happened.Kind == "closed" ? happened.Reason : happened.Kind);
            Record(_sessions, serverId, happened.Took);
        }
        else if (happened.Kind == "adopted")
        {
            _created.Add(serverId, happened.Kind);
        }
        else if (happened.Purpose is { } purpose)
        {
            _created.Add(serverId, purpose);
            Record(_createTime, serverId, happened.Took);
        }
    }

    /// <summary>A request got no session.</summary>
    public void Refused(string serverId, string reason) => _rejected.Add(serverId, reason);

    public void Dispose()
    {
        _meter.Dispose();
        _mcp.Dispose();
    }

    private static KeyValuePair<string, object?> PoolOf(ManagedServer managed) => new("pool", managed.Definition.Name);

    private static KeyValuePair<string, object?> StrategyOf(ManagedServer managed) => new("strategy", WireName<PoolStrategy>.Of(managed.Effective.Strategy));

    private void Record(Histogram<double> durations, string serverId, TimeSpan took)
    {
        if (durations.Enabled && _catalog.Find(serverId) is { } managed)
        {
            durations.Record(took.TotalSeconds, PoolOf(managed), StrategyOf(managed));
        }
    }

    private void Gauge(string name, string unit, string description, Func<ManagedServer, PoolStats, double> read) =>
        _meter.CreateObservableGauge(name, () => Each((managed, stats) => new Measurement<double>(read(managed, stats), PoolOf(managed), StrategyOf(managed))), unit, description);

    private void Count(string name, string unit, string description, Func<PoolStats, long> read) =>
        _meter.CreateObservableCounter(name, () => Each((managed, stats) => new Measurement<long>(read(stats), PoolOf(managed), StrategyOf(managed))), unit, description);

    private void Count(string name, string unit, string description, Tally tally) => _meter.CreateObservableCounter(
        name,
        () =>
        {
            tally.Keep(id => _catalog.Find(id) is not null);
            return Read().SelectMany(pool => tally.Of(pool.Managed.Definition.Id)
                .Select(counted => new Measurement<long>(counted.Count, PoolOf(pool.Managed), StrategyOf(pool.Managed), new("reason", counted.Reason))));
        },
        unit,
        description);

    private IEnumerable<Measurement<long>> States()
    {
        foreach (var (managed, stats) in Read())
        {
            yield return Of(stats.Active, "used");
            yield return Of(stats.Available, "idle");
            yield return Of(stats.Unhealthy, "unhealthy");
            yield return Of(stats.Draining, "draining");
            yield return Of(stats.Opening, "opening");

            Measurement<long> Of(int count, string state) => new(count, PoolOf(managed), StrategyOf(managed), new("state", state));
        }
    }

    private IEnumerable<Measurement<T>> Each<T>(Func<ManagedServer, PoolStats, Measurement<T>> measure)
        where T : struct
    {
        foreach (var (managed, stats) in Read())
        {
            yield return measure(managed, stats);
        }
    }

    /// <summary>Every pool that is on.</summary>
    private IReadOnlyList<(ManagedServer Managed, PoolStats Stats)> Read()
    {
        var reading = _reading;
        if (reading.Pools.Count == 0 || _clock.GetElapsedTime(reading.At) > OneReading)
        {
            reading = new Reading([.. _catalog.Servers.Values.Where(managed => managed.Identity is not null).Select(managed => (managed, managed.Pool.Stats()))], _clock.GetTimestamp());
            _reading = reading;
        }

        return reading.Pools;
    }

    private sealed record Reading(IReadOnlyList<(ManagedServer Managed, PoolStats Stats)> Pools, long At);
}
