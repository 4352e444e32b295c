namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>What is worth telling an operator about a process. Called from any thread; must not throw or wait.</summary>
public interface IStdioLog
{
    /// <summary>The process began.</summary>
    /// <param name="pid">Its id, which is also that of its session and its process group.</param>
    void Started(int pid);

    /// <summary>A line the process wrote to standard error; printable, shortened.</summary>
    /// <param name="pid">Which process.</param>
    /// <param name="line">Without its end.</param>
    void Said(int pid, string line);

    /// <summary>Lines on standard error left out, because they came too fast.</summary>
    /// <param name="pid">Which process.</param>
    /// <param name="lines">How many.</param>
    void SaidTooMuch(int pid, int lines);

    /// <summary>A line on standard output that is no MCP message, such as a banner: passed over.</summary>
    /// <param name="pid">Which process.</param>
    /// <param name="line">How it begins; printable.</param>
    void NotAMessage(int pid, string line);

    /// <summary>Messages that nobody waits for, or too many of them.</summary>
    /// <param name="pid">Which process.</param>
    /// <param name="what">What was dropped.</param>
    void Dropped(int pid, string what);

    /// <summary>The process and what was left of its group are gone.</summary>
    /// <param name="pid">Which process.</param>
    /// <param name="exitCode">As a shell shows it: 128 and the signal's number when a signal ended it.</param>
    /// <param name="wanted">Whether the gateway had closed it.</param>
    void Ended(int pid, int exitCode, bool wanted);
}
