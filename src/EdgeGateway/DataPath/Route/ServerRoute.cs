using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Route;

/// <summary>All the data path knows of one server: an immutable version of it and its live pool.</summary>
/// <param name="Server">The definition this version was published with.</param>
/// <param name="Pool">Its sessions; outlives versions.</param>
/// <param name="StickyHeader">The client header whose value is the key of the <c>sticky</c> strategy, or null.</param>
internal sealed record ServerRoute(ServerDefinition Server, SessionPool<PooledUpstream> Pool, string? StickyHeader = null);
