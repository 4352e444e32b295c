using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Route;

/// <summary>All the data path knows of one server: an immutable version of it and its live pool.</summary>
/// <param name="Server">The definition this version was published with.</param>
/// <param name="Pool">Its sessions; outlives versions.</param>
internal sealed record ServerRoute(ServerDefinition Server, SessionPool<PooledUpstream> Pool);
