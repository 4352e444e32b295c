using System.Runtime.InteropServices;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>The calls of libc that start and end processes (POSIX.1-2024; signal numbers are those of Linux on x64 and arm64).</summary>
internal static unsafe partial class Posix
{
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    public const short SpawnSetSignalDefaults = 0x04;
    public const short SpawnSetSignalMask = 0x08;

    /// <summary>The child leads a session of its own, and with it a process group.</summary>
    public const short SpawnSetSession = 0x80;

    public const int WaitNoHang = 1;
    public const int WaitExited = 4;
    public const int WaitLeave = 0x01000000;

    /// <summary>P_PID.</summary>
    public const int ThePid = 1;

    private const string C = "libc";

    [LibraryImport(C, EntryPoint = "posix_spawn")]
    public static partial int Spawn(out int pid, byte* path, byte* fileActions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitFileActions(byte* fileActions);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(byte* fileActions, int descriptor, int target);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    public static partial int AddCloseFrom(byte* fileActions, int lowest);

    [LibraryImport(C, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int DestroyFileActions(byte* fileActions);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetSignalDefaults(byte* attributes, byte* signals);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_setsigmask")]
    public static partial int SetSignalMask(byte* attributes, byte* signals);

    [LibraryImport(C, EntryPoint = "posix_spawnattr_destroy")]
    public static partial int DestroyAttributes(byte* attributes);

    [LibraryImport(C, EntryPoint = "sigfillset")]
    public static partial int FillSignals(byte* signals);

    [LibraryImport(C, EntryPoint = "sigemptyset")]
    public static partial int EmptySignals(byte* signals);

    [LibraryImport(C, EntryPoint = "kill")]
    public static partial int Kill(int pid, int signal);

    [LibraryImport(C, EntryPoint = "waitid")]
    public static partial int Wait(int idType, int id, byte* info, int options);
}
