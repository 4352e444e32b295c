using System.Net;
using System.Net.Sockets;
using EdgeGateway.Tests.DataPath.Modern;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>protocol.md section 5, <c>connect refused, DNS, TLS</c>, for each way in: another endpoint first, then a 502 that names which.</summary>
public sealed class NoConnectionTests : IDisposable
{
    // Bound, but nobody listens: the port stays ours, and refuses.
    private readonly Socket _nobody = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public NoConnectionTests() => _nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var door in Doorway.ToLegacy.Concat(Doorway.ToModern))
            {
                cases.Add(door, "upstream_refused");
                cases.Add(door, "upstream_dns");
                cases.Add(door, "upstream_tls");
            }

            return cases;
        }
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_cannot_be_reached_is_a_502_that_says_why(string door, string reason)
    {
        await using var plain = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync($"[{Endpoint(reason, plain)}]", Doorway.PoolOf(door, enabled: false), Doorway.EraOf(door));
        using var client = Doorway.At(gateway, server, door);

        using var response = await client.BeginAsync();

        Assert.Equal((502, reason, -32603, 7, false), await Doorway.ErrorAsync(response));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Cases))]
    public async Task Another_endpoint_is_tried_before_anybody_is_told(string door, string reason)
    {
        await using var legacy = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var modern = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var alive = Doorway.ToModern.Contains(door) ? modern.Url : legacy.Url;
        var server = await gateway.AddServerAsync(
            $$"""[{{Endpoint(reason, legacy)}},{"url":"{{alive}}"}]""", Doorway.PoolOf(door, enabled: false), Doorway.EraOf(door));

        for (var i = 0; i < 4; i++)
        {
            // Each time another user, so that sessions at either endpoint are asked for.
            using var client = Doorway.At(gateway, server, door, $"user-{i}");
            using var response = await client.BeginAsync();
            Assert.NotNull(await Doorway.ResultAsync(response));
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData("passed through")]
    [InlineData("virtual")]
    [InlineData("rpc to modern")]
    public async Task A_modern_server_that_goes_away_behind_open_sessions_is_served_by_another_endpoint(string door)
    {
        await using var dying = await ModernUpstream.StartAsync();
        await using var alive = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(
            $$"""[{"url":"{{dying.Url}}"},{"url":"{{alive.Url}}"}]""", Doorway.PoolOf(door, more: ",\"size\":2"), Doorway.EraOf(door));
        await gateway.UntilAsync(server, stats => stats is { Opening: 0, Available: 2 });
        using var client = Doorway.At(gateway, server, door);
        await client.ArriveAsync();
        await dying.DisposeAsync();

        for (var i = 0; i < 4; i++)
        {
            using var response = await client.CallAsync("counter_increment");
            Assert.NotNull(await Doorway.ResultAsync(response));
        }

        await alive.DisposeAsync();
        using var told = await client.CallAsync("counter_increment");
        Assert.Equal((502, "upstream_refused", -32603, 7, false), await Doorway.ErrorAsync(told));
    }

    public void Dispose() => _nobody.Dispose();

    private string Endpoint(string reason, TestUpstream plain) => reason switch
    {
        "upstream_refused" => $"{{\"url\":\"http://127.0.0.1:{((IPEndPoint)_nobody.LocalEndPoint!).Port}/mcp\"}}",

        // Longer than a name may be on the wire, so that no server is asked for it.
        "upstream_dns" => $"{{\"url\":\"http://{string.Concat(Enumerable.Repeat(new string('a', 49) + ".", 5))}aaaa/mcp\"}}",

        // It speaks plain HTTP where TLS is expected.
        _ => $"{{\"url\":\"https://127.0.0.1:{plain.Url.Port}/mcp\"}}",
    };
}
