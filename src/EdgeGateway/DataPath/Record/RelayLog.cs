namespace EdgeGateway.DataPath.Record;

/// <summary>Event ids 2xxx: the data path. No bodies, no secrets, no session ids.</summary>
internal static partial class RelayLog
{
    [LoggerMessage(2001, LogLevel.Warning, "Upstream {Server} failed: {Reason}")]
    public static partial void UpstreamFailed(this ILogger log, string server, string reason, Exception? cause);

    [LoggerMessage(2002, LogLevel.Warning, "Upstream {Server} was silent for {Seconds} s; the request was given up")]
    public static partial void UpstreamSilent(this ILogger log, string server, double seconds);

    [LoggerMessage(2003, LogLevel.Debug, "A message beside the client's own did not reach the upstream: {Reason}")]
    public static partial void SideMessageLost(this ILogger log, string reason);

    [LoggerMessage(2004, LogLevel.Information, "Upstream {Server} asked {Method} on a shared session; refused, there is no client to ask")]
    public static partial void ServerRequestRefused(this ILogger log, string server, string method);

    [LoggerMessage(2005, LogLevel.Debug, "Upstream {Server} sent a message that belongs to nobody; dropped")]
    public static partial void StrayMessage(this ILogger log, string server);

    [LoggerMessage(2006, LogLevel.Information, "Upstream {Server} forgot a session; {What}")]
    public static partial void SessionLost(this ILogger log, string server, string what);

    [LoggerMessage(2007, LogLevel.Warning, "A caller of {Server} was refused: {Reason}")]
    public static partial void Refused(this ILogger log, string server, string reason);

    [LoggerMessage(2009, LogLevel.Warning, "Tool {Tool} of {Server} is not shown to clients: {Fault}")]
    public static partial void ToolLeftOut(this ILogger log, string server, string tool, string fault);

    [LoggerMessage(2010, LogLevel.Warning, "Upstream {Server} did not say which headers its tools want; the call goes without: {Reason}")]
    public static partial void ToolsUnknown(this ILogger log, string server, string reason);

    [LoggerMessage(2011, LogLevel.Debug, "{Method} of {Server} took {Milliseconds:0.0} ms: it had a session after {Acquired}, the upstream's answer began after {Answered}")]
    public static partial void Took(this ILogger log, string server, string method, double milliseconds, string acquired, string answered);

    [LoggerMessage(2050, LogLevel.Debug, "The session that listens to {Server} has ended")]
    public static partial void WatchEnded(this ILogger log, string server);

    [LoggerMessage(2008, LogLevel.Error, "A request failed unexpectedly")]
    public static partial void Unexpected(this ILogger log, Exception bug);
}
