namespace EdgeGateway.ControlPlane.Metrics;

/// <summary>What is logged about the history of pools: events 3100–3199.</summary>
internal static partial class HistoryLog
{
    [LoggerMessage(3100, LogLevel.Warning, "The history of the pools cannot be written. {Cause} Requests go on; the next attempt is in 5 minutes. Buckets waiting: {Waiting}")]
    public static partial void HistoryNotWritten(this ILogger log, string cause, int waiting, Exception? exception);

    [LoggerMessage(3101, LogLevel.Information, "The history of the pools is written again. Buckets written at once: {Written}")]
    public static partial void HistoryWrittenAgain(this ILogger log, int written);

    [LoggerMessage(3102, LogLevel.Warning, "{Waiting} buckets of history wait to be written, which is the most; the oldest are given up")]
    public static partial void HistoryGivenUp(this ILogger log, int waiting);

    [LoggerMessage(3103, LogLevel.Error, "A pool could not be recorded; requests go on")]
    public static partial void NotRecorded(this ILogger log, Exception exception);
}
