namespace EdgeGateway.DataPath.Listen;

/// <summary>A request, whichever way it takes. The server keeps it with the connection and uses it for the next one.</summary>
internal sealed class LanedRequest
{
    /// <summary>Of a request that takes the lane.</summary>
    public DefaultHttpContext Message { get; } = new();

    /// <summary>Of a request that takes the pipeline; null for one that takes the lane.</summary>
    public object? Piped { get; set; }
}
