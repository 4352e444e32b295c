namespace EdgeGateway.Pooling;

/// <summary>Which session is picked for a request (pool.md section 3).</summary>
public enum PoolStrategy
{
    /// <summary>A rotating cursor over the ready slots.</summary>
    RoundRobin,

    /// <summary>The slot with the fewest requests in flight; ties rotate.</summary>
    LeastConnections,

    /// <summary>The same key keeps its session; a busy one is waited for.</summary>
    Sticky,

    /// <summary>Smooth weighted round robin over the endpoints' weights.</summary>
    Weighted,

    /// <summary>No stock: one upstream session per client session or per session-less request.</summary>
    None,
}
