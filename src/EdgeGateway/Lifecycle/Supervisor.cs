using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeGateway.Lifecycle;

/// <summary>
/// Tells systemd, or whoever else started the process and speaks its protocol (sd_notify(3)), how it is. Does nothing where nobody listens;
/// a message that cannot be sent is dropped, because the gateway must not depend on who watches it.
/// </summary>
internal sealed class Supervisor
{
    /// <summary>A process nobody watches.</summary>
    public static readonly Supervisor None = new(null, null);

    private readonly EndPoint? _socket;

    private Supervisor(EndPoint? socket, TimeSpan? watchdog) => (_socket, Watchdog) = (socket, watchdog);

    /// <summary>How long the manager waits for a sign of life before it ends the process; null when it does not.</summary>
    public TimeSpan? Watchdog { get; }

    public bool Listens => _socket is not null;

    /// <param name="environment">NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read.</param>
    /// <param name="processId">Of this process: a watchdog that is meant for another is not ours.</param>
    public static Supervisor Of(IReadOnlyDictionary<string, string> environment, int processId)
    {
        if (!environment.TryGetValue("NOTIFY_SOCKET", out var path) || path.Length < 2 || path[0] is not ('/' or '@'))
        {
            return None;
        }

        // @ stands for the zero byte that begins the name of a socket without a file.
        var socket = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        var isOurs = !environment.TryGetValue("WATCHDOG_PID", out var pid) || pid == processId.ToString(CultureInfo.InvariantCulture);
        var watchdog = isOurs && environment.TryGetValue("WATCHDOG_USEC", out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : (TimeSpan?)null;
        return new Supervisor(socket, watchdog);
    }

    /// <param name="assignments">As "READY=1"; a text has no line break in it.</param>
    public void Tell(params ReadOnlySpan<string> assignments)
    {
        if (_socket is null)
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', assignments!)), _socket);
        }
        catch (SocketException)
        {
            // It went away; the next message may find it again.
        }
    }
}
