using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Acquire;

/// <summary>Goes on with upstream sessions that an earlier run of the gateway left open. An opener that can, is one too.</summary>
internal interface IUpstreamResumer
{
    /// <summary>Null where the transport or the endpoint has nothing to go on with. Asks nobody.</summary>
    PooledUpstream? TryResume(SealedSession session, Credential credential);
}
