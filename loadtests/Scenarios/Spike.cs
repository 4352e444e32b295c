using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Reporting;
using EdgeGateway.LoadTests.Rig;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>
/// HikariCP's question ("Welcome to the Jungle"), asked of sessions: a pool that answers a spike by opening as many as there are callers makes
/// them wait for handshakes, and the upstream pay for sessions that nobody needs a moment later.
/// </summary>
internal sealed class Spike : Benchmark
{
    /// <summary>The upstream itself, called by as many clients as there are warm sessions, without a gateway: no pool of that size is faster.</summary>
    private const string Ideal = "ideal";

    private const int Clients = 50;
    private const int Warm = 5;

    /// <summary>The warm ones, and two handshakes that may run at once (pool.md section 5).</summary>
    private const int SessionsMost = 7;

    private static readonly TimeSpan CallTime = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromMilliseconds(150);

    /// <summary>Allowed to open one for everybody.</summary>
    private static readonly PoolSettings Pool = new() { Isolation = "shared", Size = Warm, MinSize = Warm, MaxSize = Clients, MaxConcurrency = 1 };

    public override string Name => "spike";

    public override string Question => "Fifty clients call at once and five sessions are warm: how many more does the pool open, and how long do the clients wait?";

    public override string Constraints =>
        $"{Clients} clients, each with an open connection and a sticky_header of its own, call at the same moment, once. A call takes {CallTime.TotalMilliseconds:0} ms, "
        + $"a handshake {HandshakeTime.TotalMilliseconds:0} ms, a session serves one call at a time (max_concurrency 1), {Warm} are warm, max_size is {Clients}; two endpoints. "
        + $"Strategy none opens a session for every call: not pooled. Ideal: {Warm} clients without a gateway make the same {Clients} calls one after another.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var options = new MockOptions { Delay = CallTime, Handshake = HandshakeTime };
        MockUpstream[] upstreams = [await run.Stage.MockAsync(options), await run.Stage.MockAsync(options)];
        string[] pooled = [.. run.Settings.Strategies.DefaultIfEmpty(StrategyServers.RoundRobin).Where(strategy => strategy != StrategyServers.None)];
        var servers = await StrategyServers.StartAsync(
            run, [.. upstreams.Select(upstream => new WeightedEndpoint(upstream.Target.Url))], Pool, [.. pooled, StrategyServers.None]);

        var spikes = new SpikeResults();
        for (var round = 0; round < run.Settings.Rounds; round++)
        {
            spikes.Add(Ideal, Warm, await IdealAsync(upstreams[0].Target, run.CancellationToken));
            foreach (var strategy in servers.Strategies)
            {
                var counts = new UpstreamCounts(upstreams, run.CancellationToken);
                await servers.ResetAsync(strategy, run.CancellationToken);
                await counts.BeginAsync(run.CancellationToken);
                var burst = await GatewayAsync(servers.Rpc(strategy), run.CancellationToken);
                await servers.WhenAtRestAsync(strategy, run.CancellationToken);
                await counts.EndAsync();
                spikes.Add(strategy, (strategy == StrategyServers.None ? 0 : Warm) + counts.Handshakes.Single(), burst);
            }
        }

        run.Add(spikes.ToSection($"{Clients} clients at once", Judge(spikes, pooled)));
    }

    private static List<Finding> Judge(SpikeResults spikes, IEnumerable<string> pooled) =>
    [
        .. from strategy in pooled
           from finding in (Finding[])
           [
               Limit.AtMost($"sessions, {strategy}", spikes.SessionsOf(strategy), SessionsMost, SessionsMost),
               Limit.AtMost($"all served, {strategy} / not pooled", spikes.TimesOf(strategy, StrategyServers.None), 0.5, 0.8, "×"),
               Limit.AtMost($"all served, {strategy} / ideal", spikes.TimesOf(strategy, Ideal), 3, unit: "×"),
           ]
           select finding,
    ];

    private static async Task<BurstResult> GatewayAsync(McpTarget target, CancellationToken cancellationToken)
    {
        var clients = Enumerable.Range(0, Clients)
            .Select(client => (new McpConnection(target, cancellationToken), McpCalls.KeyedRpcTool(target, Loads.KeyOf(client), Loads.Echo, Loads.EchoArguments)))
            .ToList();
        return await RunAsync(clients, callsEach: 1);
    }

    private static async Task<BurstResult> IdealAsync(McpTarget upstream, CancellationToken cancellationToken)
    {
        var clients = new List<(McpConnection, PreparedCall)>();
        for (var client = 0; client < Warm; client++)
        {
            var connection = new McpConnection(upstream, cancellationToken);
            await connection.InitializeAsync();
            clients.Add((connection, McpCalls.Tool(upstream, connection.SessionId, Loads.Echo, Loads.EchoArguments)));
        }

        return await RunAsync(clients, Clients / Warm);
    }

    private static async Task<BurstResult> RunAsync(List<(McpConnection Connection, PreparedCall Call)> clients, int callsEach)
    {
        try
        {
            return await Burst.RunAsync(clients, callsEach);
        }
        finally
        {
            foreach (var (connection, _) in clients)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
