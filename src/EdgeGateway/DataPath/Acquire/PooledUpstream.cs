using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>An upstream MCP session in the pool's eyes.</summary>
internal sealed class PooledUpstream(UpstreamSession session, string displayId) : IPooledSession
{
    public UpstreamSession Session { get; } = session;

    public string DisplayId { get; } = displayId;

    public bool IsStateful => Session.IsStateful;

    public async ValueTask<ProbeResult> ProbeAsync(CancellationToken cancellationToken) =>
        await Session.PingAsync(cancellationToken) switch
        {
            ReplyKind.SessionGone => ProbeResult.SessionGone,
            ReplyKind.Fault => ProbeResult.ServerFault,
            _ => ProbeResult.Alive,
        };

    public ValueTask CloseAsync(CancellationToken cancellationToken) => Session.CloseAsync(cancellationToken);
}
