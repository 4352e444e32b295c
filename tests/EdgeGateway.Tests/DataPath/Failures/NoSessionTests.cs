using EdgeGateway.Pooling;
using EdgeGateway.Tests.DataPath.Modern;
using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>protocol.md section 5, <c>no session free in time, queue full, breaker open, draining</c>, for each way in: 503, when to come back, −32000, the id, and which of them.</summary>
public sealed class NoSessionTests
{
    private const string OneAtATime = ",\"size\":1,\"min_size\":1,\"max_size\":1,\"max_concurrency\":1,\"max_pending\":1,\"timeout\":1";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Doors => [.. Doorway.ToLegacy, .. Doorway.ToModern];

    [Theory(Timeout = 60_000)]
    [InlineData("shared")]
    [InlineData("rpc")]
    [InlineData("bridged")]
    [InlineData("passed through")]
    [InlineData("virtual")]
    [InlineData("rpc to modern")]
    public async Task A_full_line_and_a_wait_in_vain_are_503s_that_say_which(string door)
    {
        await using var legacy = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var modern = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var mayAnswer = HoldCalls(modern);
        var server = await gateway.AddServerAsync(Doorway.ToModern.Contains(door) ? modern.Url : legacy.Url, Doorway.PoolOf(door, more: OneAtATime), Doorway.EraOf(door));
        using var client = Doorway.At(gateway, server, door);
        await client.ArriveAsync();
        var running = client.CallAsync("slow");
        await gateway.UntilAsync(server, stats => stats.InFlight == 1);
        var waiting = client.CallAsync("counter_increment");
        await gateway.UntilAsync(server, stats => stats.Waiting == 1);

        using (var rejected = await client.CallAsync("counter_increment"))
        {
            Assert.Equal((503, "pool_exhausted", -32000, 7, true), await Doorway.ErrorAsync(rejected));
        }

        using (var late = await waiting)
        {
            Assert.Equal((503, "acquire_timeout", -32000, 7, true), await Doorway.ErrorAsync(late));
        }

        legacy.Gate.Open();
        mayAnswer.SetResult();
        using var served = await running;
        Assert.NotNull(await Doorway.ResultAsync(served));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("pinned")]
    [InlineData("shared")]
    [InlineData("virtual")]
    public async Task One_client_too_many_is_a_503_that_says_so(string door)
    {
        await using var legacy = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var modern = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(door == "virtual" ? modern.Url : legacy.Url, Doorway.PoolOf(door, more: ",\"max_client_sessions\":1"), Doorway.EraOf(door));
        using var first = Doorway.At(gateway, server, door);
        using var second = Doorway.At(gateway, server, door);
        await first.ArriveAsync();

        using var response = await second.BeginAsync();

        Assert.Equal((503, "pool_exhausted", -32000, 7, true), await Doorway.ErrorAsync(response));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task An_open_breaker_is_a_503_that_says_so(string door)
    {
        await using var upstream = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await upstream.StopListeningAsync(Cancelled);
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(upstream.Url, Doorway.PoolOf(door, enabled: false), Doorway.EraOf(door));
        using var client = Doorway.At(gateway, server, door);
        while (gateway.Stats(server).Circuit != CircuitState.Open)
        {
            using var failed = await client.BeginAsync();
        }

        using var response = await client.BeginAsync();

        Assert.Equal((503, "circuit_open", -32000, 7, true), await Doorway.ErrorAsync(response));
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Doors))]
    public async Task A_pool_that_drains_refuses_whoever_comes_first_or_goes_on(string door)
    {
        await using var legacy = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        await using var modern = await ModernUpstream.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var mayAnswer = HoldCalls(modern);
        var server = await gateway.AddServerAsync(Doorway.ToModern.Contains(door) ? modern.Url : legacy.Url, Doorway.PoolOf(door), Doorway.EraOf(door));
        using var client = Doorway.At(gateway, server, door);
        using var newcomer = Doorway.At(gateway, server, door);
        await client.ArriveAsync();

        // A call that runs keeps its session from being closed at once.
        var running = client.CallAsync("slow");
        await gateway.UntilAsync(server, stats => stats.InFlight == 1);
        var draining = gateway.SendAsync(HttpMethod.Post, $"/servers/{server}/pool/drain", """{"timeout":30}""");
        await gateway.UntilAsync(server, stats => stats.Status == PoolStatus.Draining);

        using (var first = await newcomer.BeginAsync())
        {
            Assert.Equal((503, "draining", -32000, 7, true), await Doorway.ErrorAsync(first));
        }

        using (var next = await client.CallAsync("counter_increment"))
        {
            Assert.Equal((503, "draining", -32000, 7, true), await Doorway.ErrorAsync(next));
        }

        legacy.Gate.Open();
        mayAnswer.SetResult();
        using var served = await running;
        Assert.NotNull(await Doorway.ResultAsync(served));
        await draining;
    }

    /// <summary>Calls of a modern server stand until this is completed.</summary>
    private static TaskCompletionSource HoldCalls(ModernUpstream upstream)
    {
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        upstream.Instead = async (_, method) =>
        {
            if (method == "tools/call")
            {
                await mayAnswer.Task;
            }

            return false;
        };
        return mayAnswer;
    }
}
