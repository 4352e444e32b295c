using System.ComponentModel;
using System.IO.Pipes;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>A running command with pipes to its standard input, output and error.</summary>
internal sealed class StdioProcess : IDisposable
{
    /// <summary>A server that heeds the end of its input needs no more.</summary>
    private static readonly TimeSpan EndOfInputTime = TimeSpan.FromSeconds(1);

    /// <summary>Together with the above within the two seconds that a pool allows for closing.</summary>
    private static readonly TimeSpan TerminateTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Nothing survives a kill for long; a process stuck in the kernel must not hold up a drain.</summary>
    private static readonly TimeSpan KillTime = TimeSpan.FromSeconds(1);

    private readonly ChildProcess _child;

    private StdioProcess(ChildProcess child, Stream input, Stream output, Stream error)
    {
        _child = child;
        (Input, Output, Error) = (input, output, error);
    }

    public int Pid => _child.Pid;

    /// <summary>The exit code; completes when the process and its group are gone.</summary>
    public Task<int> Exited => _child.Exited;

    public Stream Input { get; }

    public Stream Output { get; }

    public Stream Error { get; }

    /// <exception cref="UpstreamException">It could not be started.</exception>
    public static StdioProcess Start(StdioCommand command) => Start(command, static direction => new(direction, HandleInheritability.None));

    /// <summary>As the other, with pipes from elsewhere.</summary>
    internal static StdioProcess Start(StdioCommand command, Func<PipeDirection, AnonymousPipeServerStream> open)
    {
        var pipes = new List<AnonymousPipeServerStream>(3);
        try
        {
            if (CommandPath.Find(command.Program, command.Environment.GetValueOrDefault("PATH")) is not { } file)
                throw new UpstreamException(StdioFaults.NotFound);
            foreach (var direction in (ReadOnlySpan<PipeDirection>)[PipeDirection.Out, PipeDirection.In, PipeDirection.In])
                pipes.Add(open(direction));
            var descriptors = (Descriptor(pipes[0]), Descriptor(pipes[1]), Descriptor(pipes[2]));
            var pid = PosixSpawn.Start(file, command.Arguments, command.Environment, descriptors);
            return new StdioProcess(ChildWatch.Add(pid), pipes[0], pipes[1], pipes[2]);
        }
        catch (Exception exception)
        {
            pipes.ForEach(static pipe => pipe.Dispose());
            if (exception is IOException or UnauthorizedAccessException or Win32Exception)
                throw new UpstreamException(StdioFaults.NoResources(exception));
            throw;
        }
        finally
        {
            // Ours would keep the pipes open when the child's have closed.
            pipes.ForEach(static pipe => pipe.DisposeLocalCopyOfClientHandle());
        }
    }

    /// <summary>Kills the process and its group.</summary>
    public void Kill() => _child.Signal(Posix.SignalKill);

    /// <summary>Ends the input, then asks, then kills: the process and its whole group. Never throws.</summary>
    public async Task CloseAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        await EndInputAsync();
        if (await ExitsWithinAsync(EndOfInputTime, clock, cancellationToken))
            return;
        _child.Signal(Posix.SignalTerminate);
        if (await ExitsWithinAsync(TerminateTime, clock, cancellationToken))
            return;
        Kill();
        await ExitsWithinAsync(KillTime, clock, CancellationToken.None);
    }

    public void Dispose()
    {
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    private static int Descriptor(AnonymousPipeServerStream pipe) => (int)pipe.ClientSafePipeHandle.DangerousGetHandle();

    private async Task EndInputAsync()
    {
        try
        {
            await Input.DisposeAsync();
        }
        catch (IOException)
        {
            // The other end is gone already.
        }
    }

    private async Task<bool> ExitsWithinAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await Exited.WaitAsync(time, clock, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return Exited.IsCompleted;
        }
    }
}
