namespace EdgeGateway.ControlPlane.Health;

/// <summary>Where the process stands in its life.</summary>
internal enum ReadinessState
{
    /// <summary>Not everything is loaded.</summary>
    Starting,

    /// <summary>Serving.</summary>
    Ready,

    /// <summary>Finishing the last requests before the end.</summary>
    Draining,
}

/// <summary>Tells where the process stands; kept by the life cycle.</summary>
internal interface IReadiness
{
    ReadinessState State { get; }
}
