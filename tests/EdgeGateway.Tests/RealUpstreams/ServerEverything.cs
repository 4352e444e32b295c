using System.Collections.Concurrent;
using System.Diagnostics;
using EdgeGateway.Tests.Upstreams;
using Xunit;

namespace EdgeGateway.Tests.RealUpstreams;

/// <summary>
/// A class fixture: npm's @modelcontextprotocol/server-everything over Streamable HTTP on 127.0.0.1. A test begins with
/// <see cref="Require"/>, which skips it where Node is missing, and fails it in CI (CI=true).
/// </summary>
public sealed class ServerEverything : IAsyncLifetime
{
    private const string Listening = "listening on ";

    /// <summary>An install over a slow line, and a start on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private Process? _process;
    private string? _unavailable;

    /// <summary>Its MCP endpoint.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/not-started");

    internal McpTarget Direct => new(Url, Dialect.ServerEverything);

    public void Require()
    {
        if (Repository.IsCi)
        {
            Assert.True(_unavailable is null, _unavailable);
        }

        Assert.SkipUnless(_unavailable is null, _unavailable ?? "");
    }

    public async ValueTask InitializeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        _unavailable = await NodePackages.InstallAsync(patience.Token);
        if (_unavailable is null)
        {
            try
            {
                Url = await StartAsync(patience.Token);
            }
            catch
            {
                // The process must not outlive a fixture that fails to start.
                await DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private async Task<Uri> StartAsync(CancellationToken cancellationToken)
    {
        var server = Path.Combine(NodePackages.Folder, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js");
        var preload = new Uri(Path.Combine(NodePackages.Source, "loopback.mjs")).AbsoluteUri;
        _process = Process.Start(new ProcessStartInfo("node", ["--import", preload, server, "streamableHttp"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PORT"] = "0" },
        })!;
        var said = new ConcurrentQueue<string>();
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        _process.OutputDataReceived += (_, line) =>
        {
            switch (line.Data)
            {
                case null:
                    address.TrySetException(new InvalidOperationException($"server-everything ended early: {string.Join('\n', said)}"));
                    break;
                case var text when text.StartsWith(Listening, StringComparison.Ordinal):
                    address.TrySetResult(text[Listening.Length..]);
                    break;
            }
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        return new Uri($"http://{await address.Task.WaitAsync(cancellationToken)}/mcp");
    }
}
