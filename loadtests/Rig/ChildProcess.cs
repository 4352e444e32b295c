using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>
/// A process that this program started, and ends: when it is disposed, and in any case when this program ends. Its standard input stays open
/// until then; what it says is kept, the last lines of it.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private const int Term = 15;

    /// <summary>Enough to see why it ended; a gateway that logs for half an hour must not fill the memory.</summary>
    private const int LinesMax = 200;

    /// <summary>A gateway that drains has nothing left to wait for.</summary>
    private static readonly TimeSpan UntilKilled = TimeSpan.FromSeconds(5);

    private static readonly HashSet<ChildProcess> Running = [];

    private readonly Process _process;
    private readonly Lock _lock = new();

    // Written by the reader threads, read by whoever waits, under the lock.
    private readonly Queue<string> _lines = new();
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Seen)> _watchers = [];

    // SIGTERM, Ctrl+C and an exception nobody caught end here too.
    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndAll();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>What it said last, standard output and standard error.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <param name="program">Its path.</param>
    /// <param name="arguments">Passed as they are.</param>
    /// <param name="environment">All it sees, but for PATH.</param>
    /// <param name="folder">Its working directory.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += (_, line) => child.Add(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Add(line.Data);
        lock (Running)
        {
            child._process.Start();
            Running.Add(child);
        }

        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line, past or coming, that is wanted. Throws what the process said when it ends without it.</summary>
    public async Task<string> WhenSaidAsync(Func<string, bool> wanted, CancellationToken cancellationToken)
    {
        var seen = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lines.FirstOrDefault(wanted) is { } said)
            {
                return said;
            }

            _watchers.Add((wanted, seen));
        }

        await Task.WhenAny(seen.Task, _process.WaitForExitAsync(cancellationToken)).WaitAsync(cancellationToken);
        return seen.Task.IsCompleted
            ? await seen.Task
            : throw new InvalidOperationException($"{Path.GetFileName(_process.StartInfo.FileName)} ended with {_process.ExitCode}:\n{Text}");
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (Forget() && !_process.HasExited)
        {
            _ = Kill(_process.Id, Term);
            using var patience = new CancellationTokenSource(UntilKilled);
            await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _process.Kill();
        }

        _process.Dispose();
    }

    private static void EndAll()
    {
        ChildProcess[] running;
        lock (Running)
        {
            running = [.. Running];
        }

        // First all are asked, so that they end together: nginx takes its workers along only if it is asked.
        Array.ForEach(running, child => _ = Kill(child.Id, Term));
        foreach (var child in running)
        {
            child._process.WaitForExit(TimeSpan.FromSeconds(1));
            child._process.Kill();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);

    private bool Forget()
    {
        lock (Running)
        {
            return Running.Remove(this);
        }
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _lines.Enqueue(line);
            if (_lines.Count > LinesMax)
            {
                _lines.Dequeue();
            }

            foreach (var watcher in _watchers.Where(watcher => watcher.Wanted(line)).ToList())
            {
                watcher.Seen.TrySetResult(line);
                _watchers.Remove(watcher);
            }
        }
    }
}
