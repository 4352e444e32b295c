namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Starts a program without a shell, as the leader of a process group of its own, with nothing but the three standard descriptors.</summary>
internal static unsafe class PosixSpawn
{
    /// <summary>posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t take at most 336 bytes in glibc and musl.</summary>
    private const int StructBytes = 512;

    /// <returns>The child's id, which is also that of its group.</returns>
    /// <exception cref="UpstreamException">It could not be started.</exception>
    public static int Start(
        string file,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        (int Input, int Output, int Error) descriptors)
    {
        var actions = stackalloc byte[StructBytes];
        var attributes = stackalloc byte[StructBytes];
        using var path = new NativeStrings([file]);
        using var argv = new NativeStrings([file, .. arguments]);
        using var envp = new NativeStrings([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);
        Require(Posix.InitFileActions(actions));
        Require(Posix.InitAttributes(attributes));
        try
        {
            Prepare(attributes);
            Prepare(actions, descriptors);
            Require(Posix.Spawn(out var pid, path.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer));
            return pid;
        }
        finally
        {
            _ = Posix.DestroyAttributes(attributes);
            _ = Posix.DestroyFileActions(actions);
        }
    }

    /// <summary>A session of its own; signals as in a fresh process, because what the runtime ignores (SIGPIPE) would stay ignored.</summary>
    private static void Prepare(byte* attributes)
    {
        var signals = stackalloc byte[StructBytes];
        _ = Posix.FillSignals(signals);
        Require(Posix.SetSignalDefaults(attributes, signals));
        _ = Posix.EmptySignals(signals);
        Require(Posix.SetSignalMask(attributes, signals));
        Require(Posix.SetFlags(attributes, Posix.SpawnSetSession | Posix.SpawnSetSignalDefaults | Posix.SpawnSetSignalMask));
    }

    private static void Prepare(byte* actions, (int Input, int Output, int Error) descriptors)
    {
        Require(Posix.AddDuplicate(actions, descriptors.Input, 0));
        Require(Posix.AddDuplicate(actions, descriptors.Output, 1));
        Require(Posix.AddDuplicate(actions, descriptors.Error, 2));
        try
        {
            // What the runtime opens closes by itself; a socket that systemd passed on does not.
            Require(Posix.AddCloseFrom(actions, 3));
        }
        catch (EntryPointNotFoundException)
        {
            // glibc before 2.34, musl.
        }
    }

    private static void Require(int error)
    {
        if (error != 0)
            throw new UpstreamException(StdioFaults.NotStarted(error));
    }
}
