using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>So many clients, each beginning its next step when the last one ended. Latency is service time.</summary>
internal sealed class ClosedLoop(TimeProvider clock) : ILoop
{
    public async Task RunAsync(IReadOnlyList<LoadSimulation> simulations, IReadOnlyList<Client> clients, CancellationTokenSource givenUp)
    {
        foreach (var simulation in simulations.Cast<KeepConstant>())
        {
            var ends = clock.GetTimestamp() + (long)(simulation.During.TotalSeconds * clock.TimestampFrequency);
            var running = clients.Take(simulation.Copies).Select(client => Task.Run(() => StepUntilAsync(client, ends, givenUp.Token))).ToList();
            await Patience.WaitAsync(Task.WhenAll(running), simulation.During, clients, givenUp);
        }
    }

    private async Task StepUntilAsync(Client client, long ends, CancellationToken givenUp)
    {
        while (!givenUp.IsCancellationRequested && clock.GetTimestamp() is var now && now < ends)
        {
            await client.StepAsync(clock, now);
        }
    }
}
