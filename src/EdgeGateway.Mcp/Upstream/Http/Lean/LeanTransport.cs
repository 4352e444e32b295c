using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using EdgeGateway.Mcp.Upstream.Http.Lean;

namespace EdgeGateway.Mcp.Upstream.Http;

/// <summary>
/// HTTP/1.1 and no more of it than a relay needs: a request goes out in one send from bytes made beforehand, an answer is parsed where it
/// was received, and nothing becomes an object that nobody asks for.
/// </summary>
/// <param name="caCertificatePem">Certificates to trust instead of the system's, PEM; null trusts the system's.</param>
/// <param name="connectTimeout">What DNS, TCP and TLS may take together.</param>
/// <param name="clock">Measures that, and the age of connections.</param>
/// <exception cref="ArgumentException">The PEM text contains no certificate.</exception>
public sealed class LeanTransport(string? caCertificatePem, TimeSpan connectTimeout, TimeProvider clock) : HttpTransport
{
    private readonly X509ChainPolicy _trust = UpstreamHttpHandler.Trust(caCertificatePem);

    /// <summary>Few: one for each endpoint of a server.</summary>
    private readonly ConcurrentDictionary<Origin, ConnectionPool> _pools = [];

    internal override PreparedRequest Prepare(HttpHead head)
    {
        var origin = Origin.Of(head);
        var pool = _pools.GetOrAdd(origin, static (origin, self) => self.NewPool(origin), this);
        return new LeanRequest(RequestHead.Bytes(head), hasBody: head.Method == HttpMethod.Post, pool, clock);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var (_, pool) in _pools)
            pool.Dispose();
    }

    private ConnectionPool NewPool(Origin origin) => new(new Dialer(origin, _trust, connectTimeout, clock).ConnectAsync, clock);
}
