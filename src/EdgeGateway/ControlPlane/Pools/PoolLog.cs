namespace EdgeGateway.ControlPlane.Pools;

/// <summary>What is logged about pools. The first four lines are the setup guide's, word for word: people search for them.</summary>
internal static partial class PoolLog
{
    [LoggerMessage(3001, LogLevel.Information, "SessionPoolManager initialized with {PoolCount} pools")]
    public static partial void Initialized(this ILogger log, int poolCount);

    [LoggerMessage(3002, LogLevel.Information, "Creating/updating pool for server {ServerId} with strategy=PoolStrategy.{Strategy}, min_size={MinSize}, max_size={MaxSize}")]
    public static partial void Applying(this ILogger log, string serverId, string strategy, int minSize, int maxSize);

    [LoggerMessage(3003, LogLevel.Information, "Created new pool {PoolId} for server {ServerId}")]
    public static partial void Created(this ILogger log, Guid poolId, string serverId);

    [LoggerMessage(3004, LogLevel.Information, "Successfully created/updated pool {PoolId} for server {ServerId}")]
    public static partial void Applied(this ILogger log, Guid poolId, string serverId);

    [LoggerMessage(3005, LogLevel.Information, "Removed pool {PoolId} of server {ServerId}")]
    public static partial void Removed(this ILogger log, Guid poolId, string serverId);

    [LoggerMessage(3006, LogLevel.Warning, "The pool of server {ServerId} cannot be used: {Cause}")]
    public static partial void Unusable(this ILogger log, string serverId, string cause, Exception? exception);
}
