using System.Net.Http.Json;
using System.Text.Json;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Rig;

/// <summary>The mock upstream as a process: an MCP server that costs next to nothing, and is as slow and faulty as it is told to be.</summary>
internal sealed class MockUpstream : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private MockUpstream(ChildProcess process, McpTarget target)
    {
        (_process, Target) = (process, target);
        var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == target.Thumbprint },
        };
        _http = new HttpClient(handler) { BaseAddress = new Uri(target.Url, "/") };
    }

    /// <summary>Its MCP endpoint.</summary>
    public McpTarget Target { get; }

    public ProcessFigures Figures => new(_process.Id);

    public static async Task<MockUpstream> StartAsync(MockOptions options, string folder, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(Binaries.MockUpstream, options.ToArguments(), new Dictionary<string, string>(), folder);
        var url = await process.WhenSaidAsync(line => line.StartsWith("http", StringComparison.Ordinal), cancellationToken);
        return new MockUpstream(process, new McpTarget(new Uri(url), Thumbprint: options.Tls?.Thumbprint));
    }

    /// <summary>What it has seen since the last reset.</summary>
    public async Task<MockCounts> CountsAsync(CancellationToken cancellationToken) =>
        (await _http.GetFromJsonAsync<MockCounts>("counts", Json, cancellationToken))!;

    public async Task ResetCountsAsync(CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsync("counts/reset", null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}

/// <summary>As <c>GET /counts</c> of the mock upstream tells them.</summary>
/// <param name="Connections">Accepted.</param>
/// <param name="Handshakes">initialize.</param>
/// <param name="SessionsOpen">Now.</param>
/// <param name="Deletes">Sessions ended.</param>
/// <param name="Calls">tools/call.</param>
/// <param name="Failed">Of these, those answered 503.</param>
/// <param name="CallsInSessionMost">The most calls that one session had at once.</param>
internal sealed record MockCounts(
    long Connections, long Handshakes, long SessionsOpen, long Deletes, long Calls, long Failed, long CallsInSessionMost);
