using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Rig.Peers;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>Everything a benchmark starts: each program in a folder of its own, all of it gone at the end.</summary>
internal sealed class Stage(CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edge-gateway-load-");

    /// <summary>In the order they were started; ended in the reverse one.</summary>
    private readonly Stack<IAsyncDisposable> _started = new();

    private int _folders;

    public async Task<MockUpstream> MockAsync(MockOptions? options = null) =>
        Keep(await MockUpstream.StartAsync(options ?? new(), NewFolder("mock"), cancellationToken));

    /// <param name="trusted">A certificate it accepts from upstreams.</param>
    /// <param name="settings">Environment variables.</param>
    public async Task<GatewayProcess> GatewayAsync(TlsPair? trusted = null, params (string Name, string Value)[] settings) =>
        Keep(await GatewayProcess.StartAsync(
            NewFolder("gateway"), trusted, settings.ToDictionary(setting => setting.Name, setting => setting.Value), cancellationToken));

    public async Task<RawProxy> NginxAsync(McpTarget upstream) =>
        Keep(await RawProxy.NginxAsync(upstream, NginxText.Render, NewFolder("nginx"), cancellationToken));

    /// <summary>One that passes on what comes as it comes.</summary>
    public async Task<RawProxy> UnbufferedNginxAsync(McpTarget upstream) =>
        Keep(await RawProxy.NginxAsync(upstream, NginxText.RenderUnbuffered, NewFolder("nginx"), cancellationToken));

    public async Task<RawProxy> HAProxyAsync(McpTarget upstream) => Keep(await RawProxy.HAProxyAsync(upstream, NewFolder("haproxy"), cancellationToken));

    public async Task<NaiveRelayProcess> NaiveRelayAsync(McpTarget upstream) =>
        Keep(await NaiveRelayProcess.StartAsync(upstream, NewFolder("naive"), cancellationToken));

    /// <summary>The gateways of npm, installed.</summary>
    public Task<PeerPackages> PeerPackagesAsync() => PeerPackages.InstallAsync(NewFolder("npm"), cancellationToken);

    /// <param name="packages">Which it is one of.</param>
    /// <param name="peer">The gateway.</param>
    /// <param name="upstream">Behind it; null for one that starts its server itself.</param>
    public async Task<PeerProcess> PeerAsync(PeerPackages packages, Peer peer, McpTarget? upstream = null) =>
        Keep(await PeerProcess.StartAsync(packages, peer, upstream, NewFolder("peer"), cancellationToken));

    public TlsPair MakeTls() => TlsPair.Make(NewFolder("tls"));

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out var started))
        {
            await started.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    private string NewFolder(string name) => _folder.CreateSubdirectory($"{++_folders}-{name}").FullName;
}
