using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>From the engine's readings to the wire.</summary>
internal static class PoolReadings
{
    private const int HealthyFrom = 90;
    private const int DegradedFrom = 70;

    public static PoolStatsResponse Stats(ManagedServer managed, PoolIdentity identity, DateTimeOffset now)
    {
        var stats = managed.Pool.Stats();
        var values = managed.Effective.Values;
        return new PoolStatsResponse
        {
            PoolId = identity.PoolId.ToString(),
            ServerId = managed.Definition.Id,
            ServerName = managed.Definition.Name,
            Strategy = WireName<PoolStrategy>.Of(managed.Effective.Strategy),
            Isolation = WireName<Isolation>.Of(values.Isolation!.Value),
            Status = WireName<PoolStatus>.Of(stats.Status),
            Health = Health(stats.HealthScore),
            TotalSessions = stats.Total,
            ActiveSessions = stats.Active,
            AvailableSessions = stats.Available,
            UnhealthySessions = stats.Unhealthy,
            DrainingSessions = stats.Draining,
            BoundSessions = stats.Bound,
            Opening = stats.Opening,
            MinSize = values.MinSize!.Value,
            Size = values.Size!.Value,
            MaxSize = values.MaxSize!.Value,
            InFlight = stats.InFlight,
            Waiting = stats.Waiting,
            OldestWaiterMs = Round(stats.OldestWaiter.TotalMilliseconds),
            Acquisitions = stats.Acquisitions,
            Releases = stats.Releases,
            Timeouts = stats.Timeouts,
            Rejections = stats.Rejections,
            Cancellations = stats.Cancellations,
            Creates = stats.Creates,
            Destroys = stats.Destroys,
            SessionReuseRate = Round(stats.ReuseRate),
            SuccessRate = Round(stats.SuccessRate),
            AvgWaitTimeMs = Round(stats.MeanWaitMs),
            WaitMs = Percentiles(stats.WaitMs),
            AvgResponseTimeMs = Round(stats.MeanUseMs),
            UseMs = Percentiles(stats.UseMs),
            AvgSessionAgeSeconds = Round(stats.MeanAge.TotalSeconds),
            HealthScore = stats.HealthScore,
            Circuit = WireName<CircuitState>.Of(stats.Circuit),
            CreatedAt = identity.CreatedAt.UtcDateTime,
            Timestamp = now.UtcDateTime,
        };
    }

    public static PoolSessionResponse Session(ManagedServer managed, SessionInfo session, DateTimeOffset now) => new()
    {
        SessionId = session.SessionId,
        Endpoint = Endpoint(managed, session.Endpoint) ?? "",
        State = session.Bound ? "bound" : session.Partition is null ? "fresh" : "partitioned",
        Status = WireName<SessionStatus>.Of(session.Status),
        Bound = session.Bound,
        Partition = session.Partition,
        InFlight = session.InFlight,
        CreatedAt = (now - session.Age).UtcDateTime,
        LastUsed = (now - session.Idle).UtcDateTime,
        ReuseCount = session.ReuseCount,
        AgeSeconds = Round(session.Age.TotalSeconds),
        IdleSeconds = Round(session.Idle.TotalSeconds),
        SuccessRate = Round(session.SuccessRate),
        LastError = session.LastError,
    };

    public static PoolEventResponse Event(ManagedServer managed, PoolEvent happened) => new(
        happened.Sequence, happened.At.UtcDateTime, happened.Kind, happened.Session, Endpoint(managed, happened.Endpoint), happened.Reason);

    public static PoolHealthResponse Health(IReadOnlyList<PoolStatsResponse> pools, DateTimeOffset now) => new()
    {
        TotalPools = pools.Count,
        HealthyPools = pools.Count(pool => pool.HealthScore >= HealthyFrom),
        DegradedPools = pools.Count(pool => pool.HealthScore is >= DegradedFrom and < HealthyFrom),
        UnhealthyPools = pools.Count(pool => pool.HealthScore < DegradedFrom),
        TotalSessions = pools.Sum(pool => pool.TotalSessions),
        ActiveSessions = pools.Sum(pool => pool.ActiveSessions),
        OverallHealthScore = pools.Count == 0 ? 100 : (int)pools.Average(pool => pool.HealthScore),
        Pools =
        [
            .. pools.Select(pool => new PoolHealthItem
            {
                ServerId = pool.ServerId,
                ServerName = pool.ServerName,
                PoolId = pool.PoolId,
                Strategy = pool.Strategy,
                Status = pool.Health,
                HealthScore = pool.HealthScore,
                TotalSessions = pool.TotalSessions,
                ActiveSessions = pool.ActiveSessions,
                AvailableSessions = pool.AvailableSessions,
                Waiting = pool.Waiting,
            }),
        ],
        Timestamp = now.UtcDateTime,
    };

    public static PercentilesResponse Percentiles(Percentiles of) => new(Round(of.P50), Round(of.P95), Round(of.P99));

    /// <summary>People read these; three digits are plenty.</summary>
    public static double Round(double value) => Math.Round(value, 3);

    private static string Health(int score) => score >= HealthyFrom ? "healthy" : score >= DegradedFrom ? "degraded" : "unhealthy";

    /// <summary>The URL; the bare index for an endpoint that a change has removed since.</summary>
    private static string? Endpoint(ManagedServer managed, int index) =>
        index < 0 ? null
        : index < managed.Definition.Endpoints.Count ? managed.Definition.Endpoints[index].Url
        : managed.Definition.Command ?? index.ToString();
}
