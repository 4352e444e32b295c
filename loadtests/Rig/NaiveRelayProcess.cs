using System.Globalization;
using EdgeGateway.LoadTests.Cli;
using EdgeGateway.LoadTests.Client;
using EdgeGateway.LoadTests.Naive;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>The naive relay as a process: this program, told to be that.</summary>
internal sealed class NaiveRelayProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private NaiveRelayProcess(ChildProcess process, Uri url)
    {
        (_process, Target) = (process, new McpTarget(new Uri(url, "/mcp")));
        _http = new HttpClient { BaseAddress = url };
    }

    /// <summary>The upstream's endpoint, seen through it.</summary>
    public McpTarget Target { get; }

    public static async Task<NaiveRelayProcess> StartAsync(McpTarget upstream, string folder, CancellationToken cancellationToken)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = folder };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
        {
            environment["DOTNET_ROOT"] = root;
        }

        var process = ChildProcess.Start(Environment.ProcessPath!, [.. Self, NaiveRelayVerb.Name, upstream.Url.ToString()], environment, folder);
        var url = await process.WhenSaidAsync(line => line.StartsWith("http", StringComparison.Ordinal), cancellationToken);
        return new NaiveRelayProcess(process, new Uri(url));
    }

    /// <summary>Bytes it has allocated since it started.</summary>
    public async Task<double> AllocatedBytesAsync(CancellationToken cancellationToken) =>
        double.Parse(await _http.GetStringAsync(NaiveRelay.AllocatedPath, cancellationToken), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>What follows the process's own path: nothing, or the assembly where <c>dotnet</c> runs it.</summary>
    private static string[] Self =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "EdgeGateway.LoadTests.dll")] : [];
}
