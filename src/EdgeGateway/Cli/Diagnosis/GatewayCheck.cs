using System.Net.Http.Headers;
using System.Text.Json;
using EdgeGateway.Configuration;
using EdgeGateway.DataPath.Authenticate;

namespace EdgeGateway.Cli.Diagnosis;

/// <summary>The gateway that runs with these settings, and its pools.</summary>
internal sealed class GatewayCheck(GatewayOptions options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new(GatewayProbe.HandlerFor(options)) { Timeout = Patience };

    /// <param name="canMint">Whether the secret of this installation is known: without it the pools cannot be asked for.</param>
    /// <param name="cancellationToken">Ends the questions.</param>
    public async Task<IReadOnlyList<Finding>> RunAsync(bool canMint, CancellationToken cancellationToken)
    {
        var address = GatewayProbe.AddressOf(options);
        var answer = await new GatewayProbe(options, clock).AskAsync(cancellationToken);
        if (!answer.IsGateway)
        {
            return [answer.IsAnswer
                ? Finding.Trouble($"{address}: {answer.Text}", "stop the other program, or choose another port: --port 4445")
                : Finding.Note($"{address}: {answer.Text}", "start the gateway to have its pools looked at: edge-gateway")];
        }

        if (!answer.IsReady)
        {
            return [Finding.Trouble($"{address}: {answer.Text}", "see the gateway's log")];
        }

        var findings = new List<Finding> { Finding.Good($"the gateway at {address} is ready") };
        if (!canMint)
        {
            findings.Add(Finding.Note("its pools cannot be asked for without its secret", "run this with the data folder and settings of the gateway"));
            return findings;
        }

        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", new TokenMinter(options, clock).Mint(new TokenRequest("doctor", TokenLifetime) { Scopes = ["servers.read"] }));
        await AskAsync(new Uri(address), findings, cancellationToken);
        return findings;
    }

    public void Dispose() => _http.Dispose();

    private async Task AskAsync(Uri address, List<Finding> findings, CancellationToken cancellationToken)
    {
        try
        {
            using var servers = await ReadAsync(new Uri(address, "/servers?limit=500"), cancellationToken);
            using var pools = await ReadAsync(new Uri(address, "/servers/pools"), cancellationToken);
            if (servers is null || pools is null)
            {
                findings.Add(Finding.Trouble("the gateway does not accept tokens made with the secret found here", "run this with the data folder and settings of the gateway: --data FOLDER, --env-file FILE"));
                return;
            }

            findings.AddRange(servers.RootElement.GetProperty("items").EnumerateArray().SelectMany(OfServer));
            findings.AddRange(pools.RootElement.GetProperty("pools").EnumerateArray().Select(OfPool));
        }
        catch (Exception broken) when (broken is HttpRequestException or JsonException or TaskCanceledException or KeyNotFoundException && !cancellationToken.IsCancellationRequested)
        {
            findings.Add(Finding.Trouble("the gateway answered in a way this program does not understand", "compare edge-gateway version with the one that runs"));
        }
    }

    /// <summary>Null: refused.</summary>
    private async Task<JsonDocument?> ReadAsync(Uri address, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(address, cancellationToken);
        return response.IsSuccessStatusCode ? JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)) : null;
    }

    private static IEnumerable<Finding> OfServer(JsonElement server)
    {
        var name = server.GetProperty("name").GetString();
        if (!server.GetProperty("enabled").GetBoolean())
        {
            yield return Finding.Note($"server {name} is inactive: calls to it are refused");
            yield break;
        }

        var status = server.GetProperty("status");
        if (status.GetProperty("reachable") is { ValueKind: JsonValueKind.False })
        {
            yield return Finding.Trouble($"server {name} does not answer: {status.GetProperty("last_error").GetString()}", "check that it runs, its address and its credentials");
        }

        var pool = server.GetProperty("pool");
        if (pool.ValueKind != JsonValueKind.Object || !pool.TryGetProperty("enabled", out var enabled) || !enabled.GetBoolean())
        {
            yield return Finding.Note($"server {name} has no pool: every client opens a session of its own, pool statistics answer 503", "enable it: PUT /servers/ID/pool/config, or the page's Pool Config");
        }
    }

    private static Finding OfPool(JsonElement pool)
    {
        var name = pool.GetProperty("server_name").GetString();
        var score = pool.GetProperty("health_score").GetInt32();
        var reuse = pool.GetProperty("session_reuse_rate").GetDouble();
        var calls = pool.GetProperty("acquisitions").GetInt64();
        return pool.GetProperty("circuit").GetString() is { } circuit and not "closed" ? Finding.Trouble($"the pool of {name} refuses calls, its circuit is {circuit}", "the server fails: see its last error")
            : score < 50 ? Finding.Trouble($"the pool of {name} has a health score of {score}", "see GET /servers/ID/pool/events for what happened")
            : calls >= 20 && reuse < 0.5 ? Finding.Warning($"the pool of {name} seldom uses a session twice ({reuse:P0})", "a larger size, a longer max_idle_time, or see GET /servers/ID/pool/optimize")
            : Finding.Good($"the pool of {name}: health score {score}, {pool.GetProperty("available_sessions").GetInt32()} of {pool.GetProperty("total_sessions").GetInt32()} sessions free");
    }
}
