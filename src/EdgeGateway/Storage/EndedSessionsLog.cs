namespace EdgeGateway.Storage;

/// <summary>Event ids 2050–2059: the end of client sessions, on disk.</summary>
internal static partial class EndedSessionsLog
{
    [LoggerMessage(2050, LogLevel.Warning, "{Count} client sessions ended, which could not be written down: {Why} Tried again with the next")]
    public static partial void EndedSessionsNotWritten(this ILogger log, string why, int count);

    [LoggerMessage(2051, LogLevel.Warning, "Whether a client session has ended could not be looked up, so its client begins anew: {Why}")]
    public static partial void EndedSessionsUnreadable(this ILogger log, string why);
}
