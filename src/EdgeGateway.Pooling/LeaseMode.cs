namespace EdgeGateway.Pooling;

/// <summary>How much of a session a request takes.</summary>
public enum LeaseMode
{
    /// <summary>All permits: nobody else runs on the session until the response ends.</summary>
    Exclusive,

    /// <summary>One permit of <see cref="PoolOptions.MaxConcurrency"/>.</summary>
    Shared,
}
