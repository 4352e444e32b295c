using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Engine;

/// <summary>Runs scenarios in this process: enters the clients, warms up, measures, leaves.</summary>
/// <param name="clock">Measures; the system's, but for tests.</param>
/// <param name="pacer">Waits for the open loop's arrivals.</param>
/// <param name="progress">Told how far it is, about once a second.</param>
internal sealed class EmbeddedEngine(TimeProvider clock, IPacer pacer, Action<string> progress) : ILoadEngine
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(1);

    public string Name => "embedded";

    public async Task<LoadResult> RunAsync(LoadScenario scenario, CancellationToken cancellationToken)
    {
        var isOpen = IsOpen(scenario);
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await scenario.Init(cancellationToken);
        var clients = new List<Client>();
        try
        {
            await EnterAsync(scenario, isOpen, clients, givenUp.Token);
            ILoop loop = isOpen ? new OpenLoop(clock, pacer) : new ClosedLoop(clock);
            if (scenario.WarmUp > TimeSpan.Zero)
            {
                await loop.RunAsync([scenario.Simulations[0] with { During = scenario.WarmUp }], clients, givenUp);
                clients.ForEach(client => client.Forget());
            }

            var began = clock.GetTimestamp();
            using (new Timer(_ => Report(scenario.Name, clients, clock.GetElapsedTime(began)), null, ProgressInterval, ProgressInterval))
            {
                await loop.RunAsync(scenario.Simulations, clients, givenUp);
            }

            var notSent = loop is OpenLoop open ? open.NotSent : 0;
            return Tally.Sum(clients.Select(client => client.Tally), notSent)
                .ToResult(clock.GetElapsedTime(began), isOpen ? LatencyFrom.IntendedStart : LatencyFrom.Start)
                .Judge(scenario.Thresholds);
        }
        finally
        {
            await Task.WhenAll(clients.Select(client => client.LeaveAsync().AsTask()));
            await scenario.Clean();
        }
    }

    private static bool IsOpen(LoadScenario scenario)
    {
        var kinds = scenario.Simulations.Select(simulation => simulation.IsOpen).Distinct().ToList();
        return kinds.Count == 1
            ? kinds[0]
            : throw new ArgumentException($"{scenario.Name}: its simulations must be all closed (KeepConstant) or all open (Inject, RampingInject), and at least one");
    }

    private static async Task EnterAsync(LoadScenario scenario, bool isOpen, List<Client> clients, CancellationToken givenUp)
    {
        var count = isOpen ? scenario.OutstandingMax : scenario.Simulations.Cast<KeepConstant>().Max(constant => constant.Copies);
        for (var number = 0; number < count; number++)
        {
            var client = new Client(scenario, new StepContext(number, givenUp));
            clients.Add(client);
            await scenario.Enter(client.Context);
        }
    }

    /// <summary>The counts are read while they are written; for a line of progress that is good enough.</summary>
    private void Report(string name, List<Client> clients, TimeSpan elapsed)
    {
        var (ok, failed) = (clients.Sum(client => client.Tally.Ok), clients.Sum(client => client.Tally.Failed));
        progress($"{name}: {elapsed.TotalSeconds:0} s, {ok:N0} ok, {failed:N0} failed, {ok / elapsed.TotalSeconds:N0}/s");
    }
}
