using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>The binary, run as a process with an environment of nothing but what is given, its output kept line by line.</summary>
internal sealed partial class GatewayProcess : IAsyncDisposable
{
    public const int HangUp = 1;

    public const int Term = 15;

    private readonly Process _process;
    private readonly Lock _lock = new();

    // Written by the reader threads, read by tests, under the lock.
    private readonly List<string> _lines = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Seen)> _watchers = [];
    private readonly ConcurrentQueue<string> _output = new();

    private GatewayProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Standard output and standard error, as they came.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public string Text => string.Join('\n', Lines);

    /// <summary>Standard output alone.</summary>
    public string Output => string.Join('\n', _output);

    public static GatewayProcess Start(Workspace workspace, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var launch = workspace.Launch ?? Launch.Published;
        var start = new ProcessStartInfo(launch.Command[0], [.. launch.Command[1..], .. arguments])
        {
            WorkingDirectory = workspace.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = workspace.Folder;
        start.Environment["EDGE_GATEWAY_DATA"] = workspace.Data;
        foreach (var (name, value) in launch.Environment.Concat(environment ?? new Dictionary<string, string>()))
        {
            start.Environment[name] = value;
        }

        var gateway = new GatewayProcess(new Process { StartInfo = start });
        gateway._process.OutputDataReceived += (_, line) => gateway.Add(line.Data, gateway._output);
        gateway._process.ErrorDataReceived += (_, line) => gateway.Add(line.Data, null);
        gateway._process.Start();
        gateway._process.BeginOutputReadLine();
        gateway._process.BeginErrorReadLine();
        return gateway;
    }

    /// <summary>Runs a verb to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Text)> RunAsync(
        Workspace workspace, IReadOnlyList<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var verb = Start(workspace, arguments, environment);
        var exitCode = await verb.EndAsync(cancellationToken);
        return (exitCode, verb.Output, verb.Text);
    }

    /// <summary>The first line, past or coming, that is wanted. Throws what the process said when it ends without it.</summary>
    public Task<string> WhenSaidAsync(Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_lines.FirstOrDefault(wanted) is { } said)
            {
                return Task.FromResult(said);
            }

            var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((wanted, seen));
            return EndedFirst(seen.Task, cancellationToken);
        }
    }

    public Task<string> WhenSaidAsync(string part, CancellationToken cancellationToken) =>
        WhenSaidAsync(line => line.Contains(part, StringComparison.Ordinal), cancellationToken);

    public void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"kill({_process.Id}, {signal}) failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <summary>kill -9: no chance to tidy up.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);

    private async Task<string> EndedFirst(Task<string> said, CancellationToken cancellationToken)
    {
        await Task.WhenAny(said, _process.WaitForExitAsync(cancellationToken)).WaitAsync(cancellationToken);
        return said.IsCompleted ? await said : throw new InvalidOperationException($"The gateway ended with {_process.ExitCode}:\n{Text}");
    }

    private void Add(string? line, ConcurrentQueue<string>? output)
    {
        if (line is null)
        {
            return;
        }

        output?.Enqueue(line);
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var watcher in _watchers.Where(watcher => watcher.Wanted(line)).ToArray())
            {
                watcher.Seen.TrySetResult(line);
                _watchers.Remove(watcher);
            }
        }
    }
}
