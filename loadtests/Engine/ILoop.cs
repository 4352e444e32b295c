using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>Lets clients take steps as simulations want it.</summary>
internal interface ILoop
{
    /// <summary>Returns when every step has ended; those that did not in time are ended by <paramref name="givenUp"/> and fail.</summary>
    Task RunAsync(IReadOnlyList<LoadSimulation> simulations, IReadOnlyList<Client> clients, CancellationTokenSource givenUp);
}
