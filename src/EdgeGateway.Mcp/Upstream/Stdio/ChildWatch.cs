using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Learns when children end. One for the whole process, because SIGCHLD is: it says that somebody ended, not who.</summary>
internal static class ChildWatch
{
    // Added to by starters, removed from when a child has ended.
    private static readonly ConcurrentDictionary<int, ChildProcess> Children = new();

    private static readonly PosixSignalRegistration? OnChild =
        OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGCHLD, static _ => LookAtAll());

    /// <summary>Whoever still lives when this process ends belonged to nobody any more.</summary>
    static ChildWatch() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => KillAll();

    /// <summary>Watches a child just started.</summary>
    public static ChildProcess Add(int pid)
    {
        GC.KeepAlive(OnChild);
        var child = new ChildProcess(pid);
        Children[pid] = child;
        Look(child); // its signal may have come before
        return child;
    }

    private static void LookAtAll()
    {
        foreach (var child in Children.Values)
            Look(child);
    }

    private static void KillAll()
    {
        foreach (var child in Children.Values)
            child.Signal(Posix.SignalKill);
    }

    private static void Look(ChildProcess child)
    {
        child.Look();
        if (child.Exited.IsCompleted)
            Children.TryRemove(KeyValuePair.Create(child.Pid, child));
    }
}
