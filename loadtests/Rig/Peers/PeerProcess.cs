using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Rig.Peers;

/// <summary>Another gateway, running.</summary>
internal sealed class PeerProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private PeerProcess(ChildProcess process, McpTarget target) => (_process, Target) = (process, target);

    public McpTarget Target { get; }

    public ProcessFigures Figures => new(_process.Id);

    public static async Task<PeerProcess> StartAsync(PeerPackages packages, Peer peer, McpTarget? upstream, string folder, CancellationToken cancellationToken)
    {
        var setting = new PeerSetting(Loopback.FreePort(), upstream, folder);
        var environment = peer.Environment?.Invoke(setting) ?? [];
        environment["HOME"] = folder;
        environment["NODE_ENV"] = "production";
        var process = ChildProcess.Start(packages.Node, PeerPackages.CommandOf(peer, peer.Arguments(setting)), environment, folder);
        await Loopback.WhenListeningAsync(setting.Port, process, cancellationToken);
        return new PeerProcess(process, new McpTarget(new Uri($"http://127.0.0.1:{setting.Port}{peer.Path}")));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
