using EdgeGateway.Lifecycle;

namespace EdgeGateway.ControlPlane.Health;

/// <summary>Readiness as the life cycle keeps it.</summary>
internal sealed class ProcessReadiness(ReadyState process) : IReadiness
{
    public ReadinessState State =>
        process.IsReady ? ReadinessState.Ready : process.IsDraining ? ReadinessState.Draining : ReadinessState.Starting;
}
