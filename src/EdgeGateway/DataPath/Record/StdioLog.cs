using EdgeGateway.Mcp.Upstream.Stdio;

namespace EdgeGateway.DataPath.Record;

/// <summary>What the processes of one server say and do. Event ids 2041 to 2046.</summary>
internal sealed partial class StdioLog(ILogger log, string server) : IStdioLog
{
    public void Started(int pid) => Started(log, server, pid);

    public void Said(int pid, string line) => Said(log, server, pid, line);

    public void SaidTooMuch(int pid, int lines) => SaidTooMuch(log, server, pid, lines);

    public void NotAMessage(int pid, string line) => NotAMessage(log, server, pid, line);

    public void Dropped(int pid, string what) => Dropped(log, server, pid, what);

    public void Ended(int pid, int exitCode, bool wanted) =>
        Ended(log, wanted ? LogLevel.Information : LogLevel.Warning, server, pid, exitCode, wanted ? "closed" : "by itself");

    [LoggerMessage(2041, LogLevel.Information, "{Server}: process {Pid} started")]
    private static partial void Started(ILogger log, string server, int pid);

    [LoggerMessage(2042, LogLevel.Information, "{Server}: process {Pid} says: {Line}")]
    private static partial void Said(ILogger log, string server, int pid, string line);

    [LoggerMessage(2043, LogLevel.Warning, "{Server}: process {Pid} said {Lines} lines more within ten seconds; left out")]
    private static partial void SaidTooMuch(ILogger log, string server, int pid, int lines);

    [LoggerMessage(2044, LogLevel.Warning, "{Server}: process {Pid} wrote to its standard output what is no MCP message; passed over: {Line}")]
    private static partial void NotAMessage(ILogger log, string server, int pid, string line);

    [LoggerMessage(2045, LogLevel.Debug, "{Server}: process {Pid} sent {What}; dropped")]
    private static partial void Dropped(ILogger log, string server, int pid, string what);

    [LoggerMessage(EventId = 2046, Message = "{Server}: process {Pid} ended with exit code {ExitCode} ({How})")]
    private static partial void Ended(ILogger log, LogLevel level, string server, int pid, int exitCode, string how);
}
