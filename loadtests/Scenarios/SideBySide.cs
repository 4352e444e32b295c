using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Rig;
using EdgeGateway.LoadTests.Rig.Peers;

namespace EdgeGateway.LoadTests.Scenarios;

/// <summary>Other MCP gateways that run on this machine, each in front of the same server as ours.</summary>
internal sealed class SideBySide : Benchmark
{
    private const string Shared = "edge-gateway, shared sessions";
    private const string Bound = "edge-gateway, a session for each client";

    /// <summary>Enough to keep a gateway busy, and within what one that starts a process for each session can hold.</summary>
    private const int Clients = 8;

    private static readonly PoolSettings SharedPool = PoolSettings.SharedOf(Clients);
    private static readonly PoolSettings BoundPool = new() { Isolation = "session", Size = 1, MinSize = 1, MaxSize = 2 * Clients };

    private static readonly Peer[] StdioPeers = [Peer.McpProxy, Peer.McpProxyStateless, Peer.Supergateway, Peer.SupergatewayStateless];

    public override string Name => "side-by-side";

    public override string Question => "How many calls does the gateway carry, against other MCP gateways in front of the same server?";

    public override string Constraints =>
        $"Closed loop, {Clients} legacy clients, each with one connection kept alive and, where the gateway has them, one session. First class: the "
        + "server speaks stdio, and each gateway starts it. Second class: it speaks Streamable HTTP. The server is the native mock, which answers at "
        + "once. Ours checks the JWT of every call; the others ask for none. Those run on one and the same Node.";

    public override async Task RunAsync(BenchmarkRun run)
    {
        var upstream = await run.Stage.MockAsync();
        var gateway = await run.Stage.GatewayAsync();
        var (packages, missing) = await PackagesAsync(run);

        await CompareAsync(
            run,
            "stdio",
            [
                await OursAsync(run, gateway, Shared, SharedPool, null),
                await OursAsync(run, gateway, Bound, BoundPool, null),
                .. await PeersAsync(run, packages, missing, null, StdioPeers),
            ],
            goal: 10,
            gate: 3);

        await CompareAsync(
            run,
            "Streamable HTTP",
            [
                await OursAsync(run, gateway, Shared, SharedPool, upstream.Target),
                await OursAsync(run, gateway, Bound, BoundPool, upstream.Target),
                .. await PeersAsync(run, packages, missing, upstream.Target, [Peer.Passthrough, Peer.McpHub]),
            ],
            goal: 5,
            gate: 2);
    }

    private static async Task CompareAsync(BenchmarkRun run, string title, IReadOnlyList<Side> sides, double goal, double gate)
    {
        Target[] targets =
        [
            .. from peer in sides.Where(side => side.Mode is not null)
               from own in (string[])[Shared, Bound]
               select new Target(Metric.PerSecond, own, peer.Arm.Name, goal, gate),
        ];
        await run.CompareAsync(
            $"{title}, {Clients} clients",
            [.. sides.Select(side => side.Arm)],
            targets,
            _ => sides.Where(side => side.Mode is not null).Select(side => $"{side.Arm.Name}: {side.Mode}."));
    }

    private static async Task<(PeerPackages? Packages, string? Missing)> PackagesAsync(BenchmarkRun run)
    {
        try
        {
            return (await run.Stage.PeerPackagesAsync(), null);
        }
        catch (NotRunException missing)
        {
            return (null, missing.Message);
        }
    }

    private static async Task<Side> OursAsync(BenchmarkRun run, GatewayProcess gateway, string name, PoolSettings pool, McpTarget? upstream)
    {
        var shortName = $"{pool.Isolation}-{(upstream is null ? "stdio" : "http")}";
        var server = upstream is null
            ? await gateway.Api.AddStdioServerAsync(shortName, Binaries.MockUpstream, ["--stdio"], run.CancellationToken)
            : await gateway.Api.AddServerAsync(shortName, upstream.Url, run.CancellationToken);
        await gateway.Api.SetPoolAsync(server, pool, run.CancellationToken);
        return new Side(new Arm(name, PeerLoads.Calls(name, gateway.Mcp(server), run.Settings, Clients)), null);
    }

    private static async Task<List<Side>> PeersAsync(BenchmarkRun run, PeerPackages? packages, string? missing, McpTarget? upstream, IReadOnlyList<Peer> peers)
    {
        var sides = new List<Side>();
        foreach (var peer in peers)
        {
            sides.Add(packages is null
                ? new Side(new Arm(peer.Package, null, missing), peer.Mode)
                : await PeerAsync(run, packages, upstream, peer));
        }

        return sides;
    }

    private static async Task<Side> PeerAsync(BenchmarkRun run, PeerPackages packages, McpTarget? upstream, Peer peer)
    {
        var name = $"{peer.Package} {PeerPackages.VersionOf(peer.Package)}{(peer.IsStateless ? ", stateless" : "")}";
        try
        {
            var process = await run.Stage.PeerAsync(packages, peer, upstream);
            var load = peer.SpeaksSse ? PeerLoads.SseCalls(name, process.Target, run.Settings, Clients, "mock__echo") : PeerLoads.Calls(name, process.Target, run.Settings, Clients);
            return await PeerLoads.WhyItDoesNotAnswerAsync(load, run.CancellationToken) is { } reason
                ? new Side(new Arm(name, null, reason), peer.Mode)
                : new Side(new Arm(name, load), peer.Mode);
        }
        catch (Exception broken) when (broken is TimeoutException or InvalidOperationException)
        {
            return new Side(new Arm(name, null, broken.Message.ReplaceLineEndings(" ")), peer.Mode);
        }
    }

    /// <param name="Arm">What runs.</param>
    /// <param name="Mode">How a peer serves sessions; null for ours, which is held against peers.</param>
    private sealed record Side(Arm Arm, string? Mode);
}
