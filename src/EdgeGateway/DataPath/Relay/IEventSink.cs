using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A feature of a request whose events do not go to its own response.</summary>
internal interface IEventSink
{
    ValueTask WriteAsync(SseFrame frame);
}
