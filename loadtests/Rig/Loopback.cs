using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>Ports of 127.0.0.1, for programs that cannot choose a free one themselves.</summary>
internal static class Loopback
{
    /// <summary>A program that does not listen by then will not.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Returns when somebody listens. Throws what the process said if nobody does.</summary>
    public static async Task WhenListeningAsync(int port, ChildProcess process, CancellationToken cancellationToken)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
                return;
            }
            catch (SocketException) when (Environment.TickCount64 < deadline)
            {
                await Task.Delay(Pause, cancellationToken);
            }
            catch (SocketException)
            {
                throw new TimeoutException($"nobody listens on port {port}:\n{process.Text}");
            }
        }
    }
}
