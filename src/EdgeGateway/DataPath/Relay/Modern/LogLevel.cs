using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>A legacy server is told the level once per session, a modern client says it with each request: set where it differs.</summary>
internal static class LogLevel
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <param name="upstream">The session.</param>
    /// <param name="level">Wanted; −1 for no messages at all, which the gateway sees to itself.</param>
    /// <param name="x">The request.</param>
    /// <param name="services">Clock and log.</param>
    public static async ValueTask SetAsync(PooledUpstream upstream, int level, Exchange x, RelayServices services)
    {
        if (level < 0 || level == upstream.LogLevel || Leasing.ModeOf(x.Envelope) == Pooling.LeaseMode.Shared || !HasLogs(upstream.Session))
        {
            return;
        }

        var message = $$$"""{"jsonrpc":"2.0","id":{{{Encoding.ASCII.GetString(GatewayId.Next())}}},"method":"logging/setLevel","params":{"level":"{{{ModernCaller.LogLevelName(level)}}}"}}""";
        using var patience = new CancellationTokenSource(Patience, services.Clock);
        try
        {
            await using var reply = await upstream.Session.PostAsync(Encoding.ASCII.GetBytes(message), x.UpstreamHeaders, patience.Token);
            upstream.LogLevel = reply.Kind is ReplyKind.Json or ReplyKind.Events ? level : upstream.LogLevel;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            services.Log.SideMessageLost("timeout");
        }
    }

    private static bool HasLogs(UpstreamSession session) =>
        JsonMembers.Locate(JsonMembers.Find(session.InitializeResult.Span, "capabilities"u8), "logging"u8).Exists;
}
