using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Local commands behind the gateway.</summary>
public sealed class StdioTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData("""{"enabled":true,"size":2,"strategy":"round_robin"}""")]
    [InlineData("""{"enabled":true,"size":2,"strategy":"least_connections"}""")]
    [InlineData("""{"enabled":true,"size":2,"strategy":"sticky"}""")]
    [InlineData("""{"enabled":true,"size":2,"strategy":"none"}""")]
    [InlineData(null)]
    public async Task StdioIsNeverShared(string? pool)
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members(), pool);
        using var ada = await gateway.Raw(server, "ada").InitializeAsync();
        using var bob = await gateway.Raw(server, "bob").InitializeAsync();
        using var adaAgain = await gateway.Raw(server, "ada").InitializeAsync();
        RawClient[] clients = [ada, bob, adaAgain];

        for (var i = 1; i <= 20; i++)
        {
            var counts = await Task.WhenAll(clients.Select(client => client.TextOfAsync("count")));
            Assert.Equal([$"{i}", $"{i}", $"{i}"], counts);
        }

        var pids = await Task.WhenAll(clients.Select(client => client.TextOfAsync("pid")));
        Assert.Equal(3, pids.Distinct().Count());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_process_that_dies_fails_its_call_and_the_next_one_works()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members());
        using var caller = gateway.Rpc(server, "ada");

        using var died = await caller.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"die"}}""");
        var error = JsonNode.Parse(await died.Content.ReadAsStringAsync(Cancelled))!["error"]!;

        Assert.Equal("upstream_connection_lost", (string)error["data"]!["reason"]!);
        Assert.Contains("exit code 7", (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal("still there", await caller.TextOfAsync("echo", """{"text":"still there"}"""));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_whose_process_died_is_told_that_its_session_is_gone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members());
        using var client = await gateway.Raw(server).InitializeAsync();

        using var died = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"die"}}""");
        Assert.Contains("upstream_connection_lost", await died.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        using var next = await client.PostAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"count"}}""");
        Assert.Equal(HttpStatusCode.NotFound, next.StatusCode);

        using var again = await gateway.Raw(server).InitializeAsync();
        Assert.Equal("1", await again.TextOfAsync("count"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_question_reaches_the_client_that_called_and_its_answer_the_process()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members());
        using var client = await gateway.Raw(server).InitializeAsync(capabilities: """{"elicitation":{}}""");

        using var asking = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask"}}""");
        using var events = new StreamReader(await asking.Content.ReadAsStreamAsync(Cancelled));
        Assert.Contains("elicitation/create", await DataAsync(events), StringComparison.Ordinal);
        using var taken = await client.PostAsync("""{"jsonrpc":"2.0","id":"q-1","result":{"action":"decline"}}""");

        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        Assert.Contains("decline", await DataAsync(events), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task What_the_server_says_on_its_own_comes_by_the_GET_stream()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members());
        using var client = await gateway.Raw(server).InitializeAsync();
        using var stream = await client.SendAsync(HttpMethod.Get, null);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancelled));

        Assert.Equal("changed", await client.TextOfAsync("changed"));

        Assert.Contains("tools/list_changed", await DataAsync(events), StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task No_process_outlives_the_gateway()
    {
        string pid;
        string child;
        await using (var gateway = await TestGateway.StartAsync())
        {
            var server = await gateway.AddStdioServerAsync(StdioProgram.Members());
            using var client = await gateway.Raw(server).InitializeAsync();
            pid = await client.TextOfAsync("pid");
            child = await client.TextOfAsync("child");
        }

        await StdioProgram.UntilGoneAsync(pid);
        await StdioProgram.UntilGoneAsync(child);
    }

    private static async Task<string> DataAsync(StreamReader events)
    {
        while (await events.ReadLineAsync(Cancelled) is { } line)
        {
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException("the stream ended without an event");
    }
}
