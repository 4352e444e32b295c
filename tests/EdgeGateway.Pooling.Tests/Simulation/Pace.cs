namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>How much is going on.</summary>
internal enum Pace
{
    /// <summary>Somebody comes about twice a minute.</summary>
    Quiet,

    /// <summary>Somebody comes every other second, for something short: everybody must get it.</summary>
    Calm,

    /// <summary>Several a second, in bursts, for longer.</summary>
    Busy,
}
