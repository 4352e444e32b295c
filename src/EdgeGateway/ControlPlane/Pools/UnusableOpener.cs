using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>Stands in where no connection can even be prepared: the server stays routable, and its callers learn why they get no session.</summary>
internal sealed class UnusableOpener(string reason, string cause) : ISessionOpener<PooledUpstream>
{
    public ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken) =>
        throw new SessionOpenException(reason, cause);
}
