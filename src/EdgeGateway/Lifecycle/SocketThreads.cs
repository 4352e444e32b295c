using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace EdgeGateway.Lifecycle;

/// <summary>
/// The threads that wait for sockets also do what a socket's news asks for. Handing each piece to the thread pool costs several switches
/// of threads for every call, more than the call itself. It holds as long as nothing on those threads blocks: the data path does not, and
/// <see cref="DataPath.Listen.LanedApplication"/> takes everything else off them.
/// </summary>
internal static class SocketThreads
{
    /// <summary>To be called before the process uses its first socket: the runtime reads it then.</summary>
    public static void Configure()
    {
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");

        // By default there is one for a few cores, which is right where it only hands work on.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", Environment.ProcessorCount.ToString());
    }

    /// <summary>The same on the web server's side.</summary>
    public static void Configure(SocketTransportOptions transport) => transport.UnsafePreferInlineScheduling = true;
}
