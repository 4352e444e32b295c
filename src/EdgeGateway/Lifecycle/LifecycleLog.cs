namespace EdgeGateway.Lifecycle;

/// <summary>Events 1000–1099.</summary>
internal static partial class LifecycleLog
{
    [LoggerMessage(1000, LogLevel.Information, "Edge Gateway {Version} listens on {Url}, data in {Folder}")]
    public static partial void Listening(ILogger log, string version, string url, string folder);

    [LoggerMessage(1001, LogLevel.Warning, "{Warning}")]
    public static partial void SettingWarning(ILogger log, string warning);

    [LoggerMessage(1010, LogLevel.Information, "Draining: running requests have {Seconds} s to finish")]
    public static partial void Draining(ILogger log, double seconds);

    [LoggerMessage(1011, LogLevel.Information, "Drained")]
    public static partial void Drained(ILogger log);

    [LoggerMessage(1012, LogLevel.Warning, "{Part} did not drain; its remaining work is cut off")]
    public static partial void DrainFailed(ILogger log, string part, Exception failure);

    [LoggerMessage(1013, LogLevel.Warning, "Second signal: ending at once")]
    public static partial void EndingAtOnce(ILogger log);

    [LoggerMessage(1020, LogLevel.Information, "Settings reloaded: {Changes}")]
    public static partial void Reloaded(ILogger log, string changes);

    [LoggerMessage(1021, LogLevel.Error, "Settings not reloaded, everything is as it was. {Errors}")]
    public static partial void ReloadRefused(ILogger log, string errors);

    [LoggerMessage(1014, LogLevel.Error, "The state of the pools cannot be read; the service manager is given no sign of life")]
    public static partial void NoSignOfLife(ILogger log, Exception failure);
}
