using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>An MCP server on Node that says where it listens. Ended when disposed.</summary>
internal sealed partial class NodeServer : IAsyncDisposable
{
    private readonly Process _process;

    private NodeServer(Process process) => _process = process;

    /// <summary>Its MCP endpoint.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/not-started");

    public static async Task<NodeServer> StartAsync(string node, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(node, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PORT"] = "0" },
        };
        var said = new ConcurrentQueue<string>();
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new NodeServer(new Process { StartInfo = start });
        server._process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        server._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                address.TrySetException(new InvalidOperationException($"the server ended early: {string.Join('\n', said)}"));
            }
            else if (ListensOn().Match(line.Data) is { Success: true } match)
            {
                address.TrySetResult(match.Groups["address"].Value);
            }
        };
        server._process.Start();
        server._process.BeginErrorReadLine();
        server._process.BeginOutputReadLine();
        try
        {
            server.Url = new Uri($"http://{await address.Task.WaitAsync(cancellationToken)}/mcp");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [GeneratedRegex(@"listening on (http://)?(?<address>127\.0\.0\.1:\d+)")]
    private static partial Regex ListensOn();
}
