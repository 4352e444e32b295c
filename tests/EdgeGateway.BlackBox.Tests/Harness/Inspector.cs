using System.Text.Json;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>The command line of the official MCP Inspector: a client of either era that nobody here wrote.</summary>
internal sealed class Inspector(SuitePackages packages, Stage stage)
{
    /// <summary>The names of what <c>tools/list</c> shows.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(Uri url, string era, CancellationToken cancellationToken)
    {
        var ran = await RunAsync(url, era, ["--method", "tools/list"], cancellationToken);
        return [.. Result(ran).GetProperty("tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()!)];
    }

    /// <summary>The text a tool answers with.</summary>
    public async Task<string> CallAsync(Uri url, string era, InspectorCall call, CancellationToken cancellationToken) =>
        Text(await TryCallAsync(url, era, call, cancellationToken));

    public Task<Ran> TryCallAsync(Uri url, string era, InspectorCall call, CancellationToken cancellationToken) =>
        RunAsync(url, era, ["--method", "tools/call", "--tool-name", call.Tool, "--tool-args-json", call.Arguments], cancellationToken);

    public static string Text(Ran ran) => Result(ran).GetProperty("content")[0].GetProperty("text").GetString()!;

    private static JsonElement Result(Ran ran) => ran.ExitCode == 0
        ? JsonDocument.Parse(ran.Output).RootElement.GetProperty("result")
        : throw new InvalidOperationException($"the Inspector ended with {ran.ExitCode}: {ran.Errors}{ran.Output}");

    private Task<Ran> RunAsync(Uri url, string era, IEnumerable<string> method, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            SuitePackages.Package("inspector", "clients", "launcher", "build", "index.js"), "--cli",
            "--server-url", url.AbsoluteUri, "--transport", "http", "--protocol-era", era,
            "--header", $"Authorization: Bearer {stage.Token}", "--stored-auth-only", "--format", "json", "--quiet",
        ];

        // It keeps files of its own below the home folder.
        var environment = new Dictionary<string, string> { ["HOME"] = stage.Workspace.Folder };
        return NodeProgram.RunAsync(packages.Node, [.. arguments, .. method], environment, cancellationToken);
    }
}

/// <param name="Arguments">As JSON.</param>
internal sealed record InspectorCall(string Tool, string Arguments, string Answer);
