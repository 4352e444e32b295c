using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>The test upstream's stdio mode, as a server's document names it.</summary>
internal static class StdioProgram
{
    /// <summary>Members <c>command</c>, <c>args</c> and <c>env</c>.</summary>
    public static string Members(params string[] args) => Members(Program, ["--stdio", .. args]);

    /// <summary>The same, started by a command that gets the program and its arguments.</summary>
    public static string Through(string command) => Members(command, [Program, "--stdio"]);

    private static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "EdgeGateway.TestUpstreams");

    private static string Members(string command, IEnumerable<string> args)
    {
        var members = new JsonObject
        {
            ["command"] = command,
            ["args"] = new JsonArray([.. args.Select(arg => (JsonNode)arg)]),
            ["env"] = new JsonObject
            {
                // Where the program finds the runtime: the gateway's own environment is kept from it.
                ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")),
                ["GREETING"] = "hello",
            },
        };
        return members.ToJsonString()[1..^1];
    }

    /// <summary>Completes when there is no such process any more; the test's own timeout is the limit.</summary>
    public static async Task UntilGoneAsync(string pid)
    {
        while (Lives(int.Parse(pid, CultureInfo.InvariantCulture)))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static bool Lives(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Trim()[0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
