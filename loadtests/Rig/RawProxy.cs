using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>
/// nginx or HAProxy of the distribution, passing everything on to one upstream and doing nothing else: no log, no limit, no buffering beyond
/// its defaults, connections kept alive on both sides. Each may use two threads or processes, since the gateway uses every core too; on a
/// machine of two cores that is the same for all.
/// </summary>
internal sealed class RawProxy : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private RawProxy(ChildProcess process, McpTarget target) => (_process, Target) = (process, target);

    /// <summary>The upstream's endpoint, seen through the proxy.</summary>
    public McpTarget Target { get; }

    /// <param name="upstream">Behind it.</param>
    /// <param name="configuration">Made of its port and its upstream.</param>
    /// <param name="folder">Its own.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<RawProxy> NginxAsync(
        McpTarget upstream, Func<int, Uri, string> configuration, string folder, CancellationToken cancellationToken) => StartAsync(
            "/usr/sbin/nginx", file => ["-c", file, "-p", folder, "-e", "stderr"], configuration, upstream, folder, cancellationToken);

    public static Task<RawProxy> HAProxyAsync(McpTarget upstream, string folder, CancellationToken cancellationToken) => StartAsync(
        "/usr/sbin/haproxy", file => ["-db", "-f", file], HAProxyText.Render, upstream, folder, cancellationToken);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<RawProxy> StartAsync(
        string program,
        Func<string, string[]> arguments,
        Func<int, Uri, string> configuration,
        McpTarget upstream,
        string folder,
        CancellationToken cancellationToken)
    {
        if (!File.Exists(program))
        {
            throw new NotRunException($"{program} is missing (apt-get install {Path.GetFileName(program)})");
        }

        var port = Loopback.FreePort();
        var file = Path.Combine(folder, "proxy.conf");
        await File.WriteAllTextAsync(file, configuration(port, upstream.Url), cancellationToken);
        var process = ChildProcess.Start(program, arguments(file), new Dictionary<string, string>(), folder);
        await Loopback.WhenListeningAsync(port, process, cancellationToken);
        return new RawProxy(process, new McpTarget(new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port, upstream.Url.AbsolutePath).Uri));
    }
}
