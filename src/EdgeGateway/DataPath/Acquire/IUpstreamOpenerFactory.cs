using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Makes what opens a server's sessions: its HTTP connections, certificate authority and credentials.</summary>
internal interface IUpstreamOpenerFactory
{
    /// <summary>Called once per connection version of a server, by the control plane. No I/O.</summary>
    /// <exception cref="SessionOpenException">This server cannot be connected to at all; the message says why.</exception>
    ISessionOpener<PooledUpstream> Create(ServerDefinition server);
}
