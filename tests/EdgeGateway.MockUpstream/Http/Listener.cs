using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.MockUpstream.Mcp;

namespace EdgeGateway.MockUpstream.Http;

/// <summary>Takes connections on 127.0.0.1.</summary>
internal sealed class Listener : IDisposable
{
    /// <summary>Ten thousand clients may come at once.</summary>
    private const int Backlog = 16 * 1024;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly MockServer _server;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly TimeSpan _roundTrip;

    public Listener(MockServer server, int port, X509Certificate2? certificate, TimeSpan roundTrip)
    {
        (_server, _roundTrip) = (server, roundTrip);
        _tls = certificate is null ? null : new()
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, null),
            AllowTlsResume = false, // a ticket is sent after the handshake: with a round trip injected it would hold up the first request
        };
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _socket.Listen(Backlog);
    }

    public Uri Address => new($"{(_tls is null ? "http" : "https")}://{_socket.LocalEndPoint}/mcp");

    public async Task AcceptAsync()
    {
        while (true)
        {
            _ = ServeAsync(await _socket.AcceptAsync());
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        _server.Counts.Connected();
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            if (_roundTrip > TimeSpan.Zero)
            {
                await Task.Delay(_roundTrip, _server.Clock); // SYN and its answer
                stream = new LateStream(stream, _roundTrip, _server.Clock);
            }

            if (_tls is not null)
            {
                var secured = new SslStream(stream);
                stream = secured;
                await secured.AuthenticateAsServerAsync(_tls, CancellationToken.None);
            }

            await new Connection(stream, _server).RunAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client is gone.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }
}
