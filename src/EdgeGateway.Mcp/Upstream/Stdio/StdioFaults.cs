namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>What goes wrong with a local command, for people.</summary>
internal static class StdioFaults
{
    private const int NoSuchFile = 2;
    private const int NoProgram = 8;
    private const int NotAllowed = 13;

    public static UpstreamFault NotFound { get; } =
        new(UpstreamFaultKind.Refused, "The command does not exist, is not executable, or is not on the PATH; check the server's command.");

    public static UpstreamFault IdInUse { get; } =
        HttpFaults.Protocol("A request with the same id is still running; a client must not use an id twice.");

    public static UpstreamFault NotAnswered { get; } =
        HttpFaults.Protocol("The command did not answer initialize; check that it is an MCP server that speaks stdio.");

    public static UpstreamFault EndedAtOnce { get; } =
        new(UpstreamFaultKind.ConnectionLost, "The command ended before it read anything; what it said is in the gateway's log.");

    public static UpstreamFault Closed { get; } =
        new(UpstreamFaultKind.ConnectionLost, "The gateway ended the upstream's process before the answer was complete.");

    public static UpstreamFault NotModern { get; } =
        HttpFaults.Protocol("The command does not speak 2026-07-28; set era to auto or legacy, or check its version.");

    public static UpstreamFault SubscriptionEnded { get; } =
        new(UpstreamFaultKind.ConnectionLost, "The upstream ended the subscription; listen again.");

    public static UpstreamFault LineTooLong { get; } =
        HttpFaults.Protocol($"The upstream sent a line of more than {StdioLink.LongestLine >> 20} MiB; let it send less at once.");

    /// <summary>The process ended by itself.</summary>
    public static UpstreamFault Ended(int exitCode) => new(
        UpstreamFaultKind.ConnectionLost,
        $"The upstream's process ended with exit code {exitCode} before its answer was complete; what it said is in the gateway's log.");

    /// <summary>The system gave no pipes, or did not let the command be looked at.</summary>
    public static UpstreamFault NoResources(Exception cause) => new(
        UpstreamFaultKind.Refused,
        "The command could not be started: the system refused what it takes; check the gateway's limits on open files and processes.",
        Cause: cause);

    /// <summary>posix_spawn failed.</summary>
    public static UpstreamFault NotStarted(int error) => error switch
    {
        NoSuchFile or NotAllowed => NotFound,
        NoProgram => new(UpstreamFaultKind.Refused, "The command is not a program: a script needs a first line such as #!/usr/bin/env node."),
        _ => new(UpstreamFaultKind.Refused, $"The command could not be started (error {error}); check the limits on processes and memory."),
    };
}
