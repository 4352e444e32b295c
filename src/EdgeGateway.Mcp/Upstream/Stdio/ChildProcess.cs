namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>
/// A child and its process group. It is buried only after the group was killed: until then its id cannot be given to another
/// process, so a signal never reaches a stranger.
/// </summary>
internal sealed class ChildProcess(int pid)
{
    /// <summary>siginfo_t.</summary>
    private const int InfoBytes = 128;

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Pid { get; } = pid;

    /// <summary>The exit code, as a shell shows it. Completes when the process is gone and its group was killed.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>Sends a signal to the whole group, if it still is ours.</summary>
    public void Signal(int signal)
    {
        lock (_lock)
        {
            if (!_exited.Task.IsCompleted)
                _ = Posix.Kill(-Pid, signal);
        }
    }

    /// <summary>Looks whether the process has ended, and if so ends its group with it.</summary>
    public unsafe void Look()
    {
        var info = stackalloc byte[InfoBytes];
        lock (_lock)
        {
            new Span<byte>(info, InfoBytes).Clear();
            var failed = Posix.Wait(Posix.ThePid, Pid, info, Posix.WaitExited | Posix.WaitNoHang | Posix.WaitLeave) != 0;
            if (_exited.Task.IsCompleted || (!failed && *(int*)info == 0))
                return;
            _ = Posix.Kill(-Pid, Posix.SignalKill);
            _ = Posix.Wait(Posix.ThePid, Pid, info, Posix.WaitExited | Posix.WaitNoHang);
            _exited.SetResult(failed ? -1 : ExitCode(((int*)info)[2], ((int*)info)[6]));
        }
    }

    /// <summary>si_code 1 is CLD_EXITED; otherwise a signal ended it.</summary>
    private static int ExitCode(int code, int status) => code == 1 ? status : 128 + status;
}
