using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Makes what opens the sessions of a server, for one version of its connection.</summary>
internal interface IUpstreamOpenerFactory
{
    ISessionOpener<PooledUpstream> Create(ServerDefinition server);
}
