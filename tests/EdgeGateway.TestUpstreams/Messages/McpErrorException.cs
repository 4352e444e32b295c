namespace EdgeGateway.TestUpstreams.Messages;

/// <summary>Becomes a JSON-RPC error response.</summary>
internal sealed class McpErrorException(int code, string message) : Exception(message)
{
    public int Code { get; } = code;
}
