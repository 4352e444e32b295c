namespace EdgeGateway.ControlPlane.Pools;

// The wire types of api.md, Pools. Names and order are the specification's.

internal sealed record PercentilesResponse(double P50, double P95, double P99);

internal sealed record PoolStatsResponse
{
    public required string PoolId { get; init; }
    public required string ServerId { get; init; }
    public required string ServerName { get; init; }
    public required string Strategy { get; init; }
    public required string Isolation { get; init; }
    public required string Status { get; init; }
    public required string Health { get; init; }
    public required int TotalSessions { get; init; }
    public required int ActiveSessions { get; init; }
    public required int AvailableSessions { get; init; }
    public required int UnhealthySessions { get; init; }
    public required int DrainingSessions { get; init; }
    public required int BoundSessions { get; init; }
    public required int Opening { get; init; }
    public required int MinSize { get; init; }
    public required int Size { get; init; }
    public required int MaxSize { get; init; }
    public required int InFlight { get; init; }
    public required int Waiting { get; init; }
    public required double OldestWaiterMs { get; init; }
    public required long Acquisitions { get; init; }
    public required long Releases { get; init; }
    public required long Timeouts { get; init; }
    public required long Rejections { get; init; }
    public required long Cancellations { get; init; }
    public required long Creates { get; init; }
    public required long Destroys { get; init; }
    public required double SessionReuseRate { get; init; }
    public required double SuccessRate { get; init; }
    public required double AvgWaitTimeMs { get; init; }
    public required PercentilesResponse WaitMs { get; init; }
    public required double AvgResponseTimeMs { get; init; }
    public required PercentilesResponse UseMs { get; init; }
    public required double AvgSessionAgeSeconds { get; init; }
    public required int HealthScore { get; init; }
    public required string Circuit { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime Timestamp { get; init; }
}

internal sealed record PoolListResponse(int Total, IReadOnlyList<PoolStatsResponse> Pools);

internal sealed record PoolSessionResponse
{
    public required string SessionId { get; init; }
    public required string Endpoint { get; init; }

    /// <summary>fresh (nobody's yet), partitioned (some caller's for good) or bound (one client session's).</summary>
    public required string State { get; init; }
    public required string Status { get; init; }
    public required bool Bound { get; init; }
    public required string? Partition { get; init; }
    public required int InFlight { get; init; }
    public required DateTime CreatedAt { get; init; }
    public required DateTime LastUsed { get; init; }
    public required long ReuseCount { get; init; }
    public required double AgeSeconds { get; init; }
    public required double IdleSeconds { get; init; }
    public required double SuccessRate { get; init; }
    public required string? LastError { get; init; }
}

internal sealed record PoolSessionsResponse(string PoolId, string ServerId, int Total, IReadOnlyList<PoolSessionResponse> Sessions);

internal sealed record PoolEventResponse(long Seq, DateTime At, string Kind, string? Session, string? Endpoint, string Reason);

internal sealed record PoolEventsResponse(IReadOnlyList<PoolEventResponse> Events);

internal sealed record DrainResponse(string Status, int ActiveSessions);

internal sealed record StrategyResponse(string Name, string DisplayName, string Description, string UseCase, string Pros, string Cons);

internal sealed record StrategyListResponse(IReadOnlyList<StrategyResponse> Strategies);

internal sealed record PoolHealthItem
{
    public required string ServerId { get; init; }
    public required string ServerName { get; init; }
    public required string PoolId { get; init; }
    public required string Strategy { get; init; }
    public required string Status { get; init; }
    public required int HealthScore { get; init; }
    public required int TotalSessions { get; init; }
    public required int ActiveSessions { get; init; }
    public required int AvailableSessions { get; init; }
    public required int Waiting { get; init; }
}

internal sealed record PoolHealthResponse
{
    public required int TotalPools { get; init; }
    public required int HealthyPools { get; init; }
    public required int DegradedPools { get; init; }
    public required int UnhealthyPools { get; init; }
    public required int TotalSessions { get; init; }
    public required int ActiveSessions { get; init; }
    public required int OverallHealthScore { get; init; }
    public required IReadOnlyList<PoolHealthItem> Pools { get; init; }
    public required DateTime Timestamp { get; init; }
}
