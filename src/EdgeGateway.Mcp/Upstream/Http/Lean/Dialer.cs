using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace EdgeGateway.Mcp.Upstream.Http.Lean;

/// <summary>Makes connections to one origin: name, TCP, TLS.</summary>
internal sealed class Dialer(Origin origin, X509ChainPolicy trust, TimeSpan connectTimeout, TimeProvider clock)
{
    /// <exception cref="UpstreamException">Refused, Dns or Tls: nothing was sent.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(connectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var stream = await DialAsync(either.Token);
            return origin.TlsName is null ? stream : await SecureAsync(stream, origin.TlsName, either.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException(HttpFaults.NotInTime(late));
        }
        catch (OperationCanceledException cancelled)
        {
            throw new OperationCanceledException(cancelled.Message, cancelled, cancellationToken);
        }
    }

    private async ValueTask<NetworkStream> DialAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }; // IPv6 and IPv4, whichever the name has
        try
        {
            await socket.ConnectAsync(new DnsEndPoint(origin.Host, origin.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException failed)
        {
            // A cancelled attempt may also end as one that failed.
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new UpstreamException(HttpFaults.NotConnected(failed));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<SslStream> SecureAsync(NetworkStream stream, string name, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream);
        try
        {
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = trust,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            };
            await secure.AuthenticateAsClientAsync(options, cancellationToken);
            return secure;
        }
        catch (Exception failed)
        {
            await secure.DisposeAsync();
            throw failed is OperationCanceledException || cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(failed.Message, failed, cancellationToken)
                : new UpstreamException(HttpFaults.Tls(failed));
        }
    }
}
