using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>A server's connection is changed while clients listen. One without sessions does not end their streams by itself.</summary>
public sealed class ReplacedConnectionTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 60_000)]
    [InlineData("url")]
    [InlineData("credentials")]
    public async Task A_legacy_clients_stream_goes_on_over_the_new_one(string changes)
    {
        await using var before = await Announcer.StartAsync();
        await using var after = await Announcer.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(before.Upstream.Url);
        using var client = await gateway.Raw(server).InitializeAsync();
        using var stream = await client.SendAsync(HttpMethod.Get, null);
        Assert.Equal(200, (int)stream.StatusCode);
        var first = await before.UntilListenedToAsync();

        await ChangeAsync(gateway, server, changes, after.Upstream.Url);

        await first.Left.WaitAsync(Cancelled);
        var second = await (changes == "url" ? after : before).UntilListenedToAsync();
        Assert.Equal(changes == "url" ? "" : "Bearer new", second.Credential);
        second.Say("""{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""");
        using var reader = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancelled));
        Assert.Contains("list_changed", await NextDataAsync(reader), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_modern_clients_subscription_is_completed_so_that_it_begins_another()
    {
        await using var before = await Announcer.StartAsync();
        await using var after = await Announcer.StartAsync();
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddServerAsync(before.Upstream.Url, more: ",\"era\":\"legacy\"");
        using var client = new ModernClient(gateway.Raw(server));
        using var listening = await client.SendAsync("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
        var first = await before.UntilListenedToAsync();

        await ChangeAsync(gateway, server, "url", after.Upstream.Url);

        var events = ModernClient.Events(await listening.Content.ReadAsStringAsync(Cancelled));
        Assert.Contains("\"resultType\":\"complete\"", events[^1], StringComparison.Ordinal);
        await first.Left.WaitAsync(Cancelled);
    }

    private static async Task ChangeAsync(TestGateway gateway, string server, string what, Uri url) => await gateway.SendAsync(
        HttpMethod.Patch,
        $"/servers/{server}",
        what == "url" ? $$"""{"url":"{{url}}"}""" : """{"auth":{"type":"bearer","token":"new"}}""");

    private static async Task<string> NextDataAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException();
    }
}
