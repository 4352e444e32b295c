using EdgeGateway.TestUpstreams;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Two upstreams as two endpoints of one server, so that every strategy has something to choose, with room for so many clients.</summary>
internal sealed class Crowd(TestUpstream first, TestUpstream second, TestGateway gateway, string server) : IAsyncDisposable
{
    public TestGateway Gateway => gateway;

    public string Server => server;

    public IReadOnlyList<TestUpstream> Upstreams { get; } = [first, second];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<Crowd> GatherAsync(string strategy, int clients, string isolation = "auto")
    {
        var first = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        var second = await TestUpstream.StartAsync(cancellationToken: Cancelled);
        var gateway = await TestGateway.StartAsync();

        // All of them may run at once on the few sessions they share: `sticky` waits for a session rather than take another.
        var more = isolation == "shared" ? ",\"max_concurrency\":32" : "";
        var server = await gateway.AddServerAsync(
            $$"""[{"url":"{{first.Url}}","weight":2},{"url":"{{second.Url}}","weight":1}]""",
            $$"""{"enabled":true,"strategy":"{{strategy}}","isolation":"{{isolation}}","size":2,"max_size":{{(clients * 2) + 2}}{{more}}}""");
        return new Crowd(first, second, gateway, server);
    }

    /// <summary>Completes when the upstreams together have come so far; the test's own timeout is the limit.</summary>
    public async Task UntilAsync(Func<TestUpstream, int> count, int reached)
    {
        while (Upstreams.Sum(count) < reached)
        {
            Cancelled.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gateway.DisposeAsync();
        await first.DisposeAsync();
        await second.DisposeAsync();
    }
}
