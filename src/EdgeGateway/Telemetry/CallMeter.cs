using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Json;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.Telemetry;

/// <summary>
/// What calls and sessions add to the meters while they pass. Where nobody listens that is a branch; where somebody does it allocates
/// nothing. Names are those of the semantic conventions for MCP; the pool's mirror their <c>db.client.connection.*</c>.
/// </summary>
internal sealed class CallMeter : IDisposable
{
    private readonly Meter _pool = new(MeterNames.Pool);
    private readonly Meter _mcp = new(MeterNames.Mcp);
    private readonly Histogram<double> _wait;
    private readonly Histogram<double> _use;
    private readonly Histogram<double> _served;
    private readonly Histogram<double> _asked;
    private readonly Histogram<double> _clientSessions;

    private readonly PoolMeter? _pools;

    public CallMeter(PoolMeter? pools = null)
    {
        _pools = pools;
        _wait = _pool.CreateHistogram("edge_gateway.pool.wait_time", "s", "Time a request waited for a session", null, Buckets.Calls);
        _use = _pool.CreateHistogram("edge_gateway.pool.use_time", "s", "Time a request held its session", null, Buckets.Calls);
        _served = _mcp.CreateHistogram("mcp.server.operation.duration", "s", "Duration of a request or notification as its receiver sees it", null, Buckets.Calls);
        _asked = _mcp.CreateHistogram("mcp.client.operation.duration", "s", "Duration of a request or notification as its sender sees it", null, Buckets.Calls);
        _clientSessions = _mcp.CreateHistogram("mcp.server.session.duration", "s", "Duration of a client's session", null, Buckets.Sessions);
    }

    /// <summary>Meters nobody listens to: for whoever needs none.</summary>
    public static CallMeter None { get; } = new();

    public void Waited(ServerRoute route, TimeSpan wait)
    {
        if (_wait.Enabled)
        {
            _wait.Record(wait.TotalSeconds, PoolOf(route), StrategyOf(route));
        }
    }

    /// <summary>A request got no session.</summary>
    public void Refused(ServerRoute route, Refusal refusal) => _pools?.Refused(route.Server.Id, refusal.Reason);

    /// <summary>A request has ended on a session.</summary>
    /// <param name="x">The request.</param>
    /// <param name="session">What it ran on.</param>
    /// <param name="took">From the moment it had the session.</param>
    /// <param name="error">Why it failed; null when it was answered.</param>
    public void Used(Exchange x, PooledUpstream session, TimeSpan took, RelayError? error)
    {
        if (_use.Enabled)
        {
            _use.Record(took.TotalSeconds, PoolOf(x.Route), StrategyOf(x.Route));
        }

        if (_asked.Enabled && x.Envelope.Kind is MessageKind.Request or MessageKind.Notification)
        {
            var tags = TagsOf(x);
            tags.Add("mcp.protocol.version", CallLabels.VersionOf(session));
            tags.Add("network.transport", CallLabels.TransportOf(x));
            Add(ref tags, error);
            _asked.Record(took.TotalSeconds, tags);
        }
    }

    /// <summary>A client's request has been answered, however.</summary>
    public void Served(Exchange x, TimeSpan took)
    {
        if (_served.Enabled && x.Envelope.Kind is MessageKind.Request or MessageKind.Notification)
        {
            var tags = TagsOf(x);
            if (CallLabels.VersionOf(x) is { } version)
            {
                tags.Add("mcp.protocol.version", version);
            }

            tags.Add("network.transport", "tcp");
            Add(ref tags, x.Failure);
            _served.Record(took.TotalSeconds, tags);
        }
    }

    public void SessionEnded(ClientSession session, TimeSpan lived)
    {
        if (_clientSessions.Enabled)
        {
            _clientSessions.Record(lived.TotalSeconds, new("mcp.protocol.version", session.ProtocolVersion), new("network.transport", "tcp"));
        }
    }

    public void Dispose()
    {
        _pool.Dispose();
        _mcp.Dispose();
    }

    private static KeyValuePair<string, object?> PoolOf(ServerRoute route) => new("pool", route.Server.Name);

    private static KeyValuePair<string, object?> StrategyOf(ServerRoute route) => new("strategy", WireName<PoolStrategy>.Of(route.Pool.Options.Strategy));

    private static TagList TagsOf(Exchange x)
    {
        var tags = new TagList { PoolOf(x.Route), { "mcp.method.name", CallLabels.MethodOf(x) } };
        if (CallLabels.ToolOf(x) is { } tool)
        {
            tags.Add("gen_ai.tool.name", tool);
        }

        return tags;
    }

    private static void Add(ref TagList tags, RelayError? error)
    {
        if (error is not null)
        {
            tags.Add("error.type", error.Type);
        }
    }
}
