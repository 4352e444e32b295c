using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay.Modern.Caching;

/// <summary>Tells what a server answered before it said that something changed from what it answers since. Kept as long as the connection is the same.</summary>
internal sealed class AnswerVersion
{
    // Written by whoever relays a notification of a change (Interlocked); read by every request that may be answered from the cache.
    private long _number;

    public long Number => Volatile.Read(ref _number);

    /// <summary>Nothing that was asked for before now is served any more. Comes before the client hears of the change.</summary>
    public void Outdate() => Interlocked.Increment(ref _number);

    /// <summary>Whether a server that sends this says that something changed.</summary>
    public static bool IsOutdatedBy(McpMethod notification) => notification
        is McpMethod.ToolsListChanged or McpMethod.PromptsListChanged or McpMethod.ResourcesListChanged or McpMethod.ResourcesUpdated;
}
