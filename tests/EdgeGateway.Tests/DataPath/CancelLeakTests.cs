using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Many clients at once, each with a request of the same id: a cancel ends its own client's request and nobody else's.</summary>
public sealed class CancelLeakTests
{
    private const string Slow = """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"slow","arguments":{}}}""";
    private const string Cancel = """{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public Task Clients_with_sessions_of_their_own_cancel_their_own_requests(string strategy, int clients) => CancelAsync(strategy, clients, "auto");

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public Task Clients_whose_sessions_are_handed_on_cancel_their_own_requests(string strategy, int clients) => CancelAsync(strategy, clients, "user");

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public Task Clients_of_shared_sessions_cancel_their_own_requests(string strategy, int clients) => CancelAsync(strategy, clients, "shared");

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(LeakTests.Crowds), MemberType = typeof(LeakTests))]
    public async Task Clients_without_sessions_cancel_their_own_requests_by_leaving(string strategy, int clients)
    {
        await using var crowd = await Crowd.GatherAsync(strategy, clients);
        using var idle = crowd.Gateway.Raw(crowd.Server, UserOf(0));

        // Under `sticky` the calls of one user without a session come one after the other.
        string User(int i) => strategy == "sticky" ? $"user-{i}" : UserOf(i);
        var all = Enumerable.Range(0, clients).Select(i => new ModernClient(crowd.Gateway.Raw(crowd.Server, User(i)))).ToArray();
        var calls = all.Select(client => client.CallAsync("slow")).ToArray();
        await crowd.UntilAsync(upstream => upstream.Gate.Waiting, clients);

        // In this era the message means nothing, whoever sends it.
        using (await idle.PostAsync(Cancel, ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "notifications/cancelled")))
        {
        }

        foreach (var client in Odd(all))
        {
            client.Dispose();
        }

        await crowd.UntilAsync(upstream => upstream.Recorded.CancelledRequests.Count, clients / 2);
        OpenGates(crowd);
        foreach (var call in Odd(calls))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => call);
        }

        foreach (var call in Even(calls))
        {
            Assert.Equal("done", (string?)(await call)["result"]?["content"]?[0]?["text"]);
        }

        Assert.Equal(clients / 2, crowd.Upstreams.Sum(upstream => upstream.Recorded.CancelledRequests.Count));
        foreach (var client in Even(all))
        {
            client.Dispose();
        }
    }

    private static async Task CancelAsync(string strategy, int clients, string isolation)
    {
        await using var crowd = await Crowd.GatherAsync(strategy, clients, isolation);
        using var idle = await crowd.Gateway.Raw(crowd.Server, UserOf(0)).InitializeAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, clients).Select(i => crowd.Gateway.Raw(crowd.Server, UserOf(i)).InitializeAsync()));
        var calls = all.Select(client => client.PostAsync(Slow)).ToArray();
        await crowd.UntilAsync(upstream => upstream.Gate.Waiting, clients);

        // A cancel of a client that runs nothing under this id, and of the same user as one that does.
        await CancelAsync(idle);
        Assert.Equal(0, crowd.Upstreams.Sum(upstream => upstream.Recorded.CancelledRequests.Count));

        await Task.WhenAll(Odd(all).Select(CancelAsync));
        Assert.Equal(clients / 2, crowd.Upstreams.Sum(upstream => upstream.Recorded.CancelledRequests.Count));

        OpenGates(crowd);
        foreach (var call in Even(calls))
        {
            using var answered = await call;
            Assert.Contains("\"done\"", await answered.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }

        Assert.Equal(clients / 2, crowd.Upstreams.Sum(upstream => upstream.Recorded.CancelledRequests.Count));
        foreach (var call in Odd(calls))
        {
            using var ended = await call;
            Assert.DoesNotContain("\"done\"", await ended.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        }

        foreach (var client in all)
        {
            client.Dispose();
        }
    }

    private static async Task CancelAsync(RawClient client)
    {
        using var taken = await client.PostAsync(Cancel);
        Assert.Equal(202, (int)taken.StatusCode);
    }

    private static void OpenGates(Crowd crowd)
    {
        foreach (var upstream in crowd.Upstreams)
        {
            upstream.Gate.Open();
        }
    }

    /// <summary>Two clients to a user: neither users nor the clients of one cancel each other's.</summary>
    private static string UserOf(int client) => $"user-{client / 2}";

    private static IEnumerable<T> Odd<T>(IEnumerable<T> all) => all.Where((_, i) => i % 2 == 1);

    private static IEnumerable<T> Even<T>(IEnumerable<T> all) => all.Where((_, i) => i % 2 == 0);
}
