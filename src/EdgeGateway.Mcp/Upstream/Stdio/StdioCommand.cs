namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>A local command that speaks MCP over standard input and output. Never passed through a shell.</summary>
/// <param name="Program">An absolute path, or a bare name that is looked up on the <c>PATH</c> of <paramref name="Environment"/>.</param>
/// <param name="Arguments">Passed one by one, as they are.</param>
/// <param name="Environment">All the process gets to see.</param>
public sealed record StdioCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>What a program needs of the gateway's own environment to find others, its files and its language.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG"];

    /// <summary>PATH, HOME and LANG of this process, and what is configured, which wins.</summary>
    /// <param name="configured">Name and value.</param>
    public static IReadOnlyDictionary<string, string> EnvironmentOf(IReadOnlyDictionary<string, string> configured)
    {
        var environment = new Dictionary<string, string>(configured, StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
                environment.TryAdd(name, value);
        }

        return environment;
    }
}
