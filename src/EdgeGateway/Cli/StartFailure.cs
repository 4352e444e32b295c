using System.Net.Sockets;
using EdgeGateway.Lifecycle;
using EdgeGateway.Storage;
using Microsoft.AspNetCore.Connections;

namespace EdgeGateway.Cli;

/// <summary>Turns what kept the process from running into one short message and an exit code.</summary>
internal static class StartFailure
{
    public static int Report(Exception failure, CliContext context)
    {
        var (exitCode, message) = Explain(failure);
        context.Error.WriteLine("edge-gateway: " + message);
        if (IsDebug(context))
        {
            context.Error.WriteLine(failure);
        }
        return exitCode;
    }

    private static (int ExitCode, string Message) Explain(Exception failure) => failure switch
    {
        BootException boot => (boot.ExitCode, boot.Message),
        _ when Find<AddressInUseException>(failure) is not null =>
            (ExitCode.PortInUse, $"{Sentence(failure)} Stop the program that uses the port, or choose another: --port 4445"),
        _ when Find<DatabaseUnusableException>(failure) is { } unusable => (ExitCode.StorageUnusable, unusable.Message),
        _ when Find<SocketException>(failure) is { } socket => ExplainSocket(socket),
        OperationCanceledException => (ExitCode.Runtime, "Stopped before it was up."),
        _ => (ExitCode.Runtime, $"{Sentence(failure)} For details set LOG_LEVEL=debug in the environment and run it again."),
    };

    private static (int ExitCode, string Message) ExplainSocket(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AccessDenied =>
            (ExitCode.Runtime, "This user may not listen on that port (below 1024 it needs CAP_NET_BIND_SERVICE). Choose another: --port 4444"),
        SocketError.AddressNotAvailable =>
            (ExitCode.BadConfiguration, "HOST is no address of this machine. Use 127.0.0.1, 0.0.0.0 or one that `ip address` lists."),
        _ => (ExitCode.Runtime, $"{Sentence(failure)} Check HOST and PORT."),
    };

    private static T? Find<T>(Exception failure)
        where T : Exception
    {
        for (var current = failure; current is not null; current = current.InnerException)
        {
            if (current is T found)
            {
                return found;
            }
        }
        return null;
    }

    private static string Sentence(Exception failure) => failure.Message.TrimEnd('.', ' ') + ".";

    private static bool IsDebug(CliContext context) =>
        context.Environment.TryGetValue("LOG_LEVEL", out var level) && level.ToLowerInvariant() is "debug" or "trace";
}
