using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.Storage;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>Clients of both eras in front of local commands of both.</summary>
public sealed class ModernStdioTests
{
    /// <summary>One process for everybody.</summary>
    private const string One = """{"enabled":true,"size":1}""";

    private static readonly string ModernProgram = StdioProgram.Members("--era", "modern");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [InlineData("auto")]
    [InlineData("modern")]
    public async Task Two_users_with_the_same_id_and_token_share_a_process_and_nothing_else(string era)
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync($"{ModernProgram},\"era\":\"{era}\"", One);
        using var ada = new ModernClient(gateway.Raw(server, "ada"));
        using var bob = new ModernClient(gateway.Raw(server, "bob"));
        Assert.Equal(Text(await ada.CallAsync("pid")), Text(await bob.CallAsync("pid")));

        for (var round = 0; round < 20; round++)
        {
            var answers = await Task.WhenAll(MeetAsync(ada, $"ada {round}"), MeetAsync(bob, $"bob {round}"));
            foreach (var (text, events) in answers)
            {
                Assert.Equal(2, events.Length);
                Assert.Equal((text, "\"t\""), ((string?)events[0]["params"]!["message"], events[0]["params"]!["progressToken"]!.ToJsonString()));
                Assert.Equal((text, round + 2), (Text(events[1]), (int)events[1]["id"]!));
            }
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task A_modern_client_is_judged_by_the_gateway_because_a_process_sees_no_headers()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(ModernProgram, One);
        using var client = new ModernClient(gateway.Raw(server));

        var discovered = await client.AskAsync("server/discover");
        var mismatch = await client.AskAsync("tools/list", "", null, "", ("Mcp-Method", "tools/call"));
        var unknown = await client.AskAsync("un/known");

        Assert.Equal("modern-stdio", (string?)discovered.Answer["result"]!["_meta"]!["io.modelcontextprotocol/serverInfo"]!["name"]);
        Assert.Equal((400, -32020), (mismatch.Status, (int)mismatch.Answer["error"]!["code"]!));
        Assert.Equal((404, -32601), (unknown.Status, (int)unknown.Answer["error"]!["code"]!));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_a_modern_process_asks_passes_through()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(ModernProgram, One);
        using var client = new ModernClient(gateway.Raw(server), """{"elicitation":{}}""");

        var asked = (await client.CallAsync("greet"))["result"]!;
        var answered = await client.CallAsync("greet", more: """
            "inputResponses":{"who":{"action":"accept","content":{"name":"Ada"}}},"requestState":"opaque"
            """);

        Assert.Equal("input_required", (string?)asked["resultType"]);
        Assert.Equal("Hello Ada, opaque", Text(answered));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_that_leaves_has_its_request_cancelled_and_nobody_elses()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(ModernProgram, One);
        using var bob = new ModernClient(gateway.Raw(server, "bob"));
        var ada = new ModernClient(gateway.Raw(server, "ada"));
        await bob.CallAsync("pid"); // the process that all share
        var stays = MeetAsync(bob, "bob");
        var leaves = ada.CallAsync("hold");
        await gateway.UntilAsync(server, stats => stats.InFlight == 2);

        ada.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => leaves);
        await gateway.UntilAsync(server, stats => stats.InFlight == 1);
        using var eve = new ModernClient(gateway.Raw(server, "eve"));
        Assert.Equal("hold", Text(await eve.CallAsync("cancelled")));
        await MeetAsync(eve, "eve");
        Assert.Equal("bob", Text((await stays).Events[^1]));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_process_that_dies_ends_streams_and_the_next_request_gets_another()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(ModernProgram, One);
        using var client = new ModernClient(gateway.Raw(server));
        using var listening = await client.SendAsync("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
        using var events = new StreamReader(await listening.Content.ReadAsStreamAsync(Cancelled));
        var acknowledged = JsonNode.Parse(await NextAsync(events))!;
        await client.CallAsync("changed");
        var changed = JsonNode.Parse(await NextAsync(events))!;

        var died = await client.CallAsync("die");

        Assert.Equal("upstream_connection_lost", (string?)died["error"]!["data"]!["reason"]);
        Assert.Equal("notifications/subscriptions/acknowledged", (string?)acknowledged["method"]);
        Assert.Equal(1, (int)changed["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]!);
        Assert.Equal("upstream_connection_lost", (string?)JsonNode.Parse(await NextAsync(events))!["error"]!["data"]!["reason"]);
        using var again = await client.SendAsync("subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
        using var more = new StreamReader(await again.Content.ReadAsStreamAsync(Cancelled));
        Assert.Contains("acknowledged", await NextAsync(more), StringComparison.Ordinal);
        Assert.Equal("back", Text(await client.CallAsync("echo", """{"text":"back"}""")));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("auto")]
    [InlineData("modern")]
    public async Task Legacy_clients_share_a_modern_process_through_virtual_sessions(string era)
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync($"{ModernProgram},\"era\":\"{era}\"", One);
        using var ada = await gateway.Raw(server, "ada").InitializeAsync(capabilities: """{"elicitation":{}}""");
        using var bob = await gateway.Raw(server, "bob").InitializeAsync(capabilities: """{"elicitation":{}}""");
        using var rpc = gateway.Rpc(server, "eve");

        Assert.Equal(await ada.TextOfAsync("pid"), await bob.TextOfAsync("pid"));
        Assert.Equal("plain", await rpc.TextOfAsync("echo", """{"text":"plain"}"""));
        using var calling = await ada.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{}}}""");
        using var events = new StreamReader(await calling.Content.ReadAsStreamAsync(Cancelled));
        var asked = JsonNode.Parse(await NextAsync(events))!;
        using var accepted = await ada.PostAsync($$$$"""{"jsonrpc":"2.0","id":{{{{asked["id"]!.ToJsonString()}}}},"result":{"action":"accept","content":{"name":"Ada"}}}""");

        Assert.Equal("elicitation/create", (string?)asked["method"]);
        Assert.Equal("Hello Ada, opaque", Text(JsonNode.Parse(await NextAsync(events))!));
        Assert.Equal("modern", await EraAsync(gateway, server));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_legacy_client_outlives_a_modern_process()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(ModernProgram, One);
        using var client = await gateway.Raw(server, "ada").InitializeAsync();
        using var stream = await client.SendAsync(HttpMethod.Get, null);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync(Cancelled));
        var changed = NextAsync(events);
        while (!changed.IsCompleted)
        {
            await client.TextOfAsync("changed"); // until the stream is open
        }

        Assert.Contains("tools/list_changed", await changed, StringComparison.Ordinal);
        using var died = await client.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"die"}}""");

        Assert.Contains("upstream_connection_lost", await died.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal("back", await client.TextOfAsync("echo", """{"text":"back"}"""));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("auto", "legacy")]
    [InlineData("legacy", "legacy")]
    [InlineData("legacy", "dual")]
    [InlineData("dual", "dual")]
    [InlineData("auto", "dual")]
    public async Task A_modern_client_is_served_whatever_the_process_speaks(string setting, string speaks)
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync($"{StdioProgram.Members("--era", speaks)},\"era\":\"{setting}\"", pool: null);
        using var modern = new ModernClient(gateway.Raw(server));
        using var legacy = await gateway.Raw(server).InitializeAsync();

        Assert.Equal("hello", Text(await modern.CallAsync("echo", """{"text":"hello"}""")));
        Assert.Equal("hello", await legacy.TextOfAsync("echo", """{"text":"hello"}"""));

        Assert.Equal(setting == "auto" ? speaks : setting, await EraAsync(gateway, server));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_era_of_a_command_can_be_changed_and_is_checked()
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync($"{ModernProgram},\"era\":\"legacy\"", pool: null);
        using var client = new ModernClient(gateway.Raw(server));
        using var refused = await gateway.Http.PatchAsync($"/servers/{server}", Json("""{"era":"newest"}"""), Cancelled);

        var before = await client.CallAsync("pid");
        await gateway.SendAsync(HttpMethod.Patch, $"/servers/{server}", """{"era":"modern"}""");

        Assert.Equal(422, (int)refused.StatusCode);
        Assert.Equal("upstream_protocol", (string?)before["error"]!["data"]!["reason"]);
        Assert.NotNull((await client.CallAsync("pid"))["result"]);
        Assert.Equal("modern", await EraAsync(gateway, server));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_that_speaks_something_else_since_is_asked_again()
    {
        using var folder = new TempFolder();
        var era = Path.Combine(folder.Path, "era");
        var script = Path.Combine(folder.Path, "command");
        await File.WriteAllTextAsync(era, "modern", Cancelled);
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec \"$@\" --era $(cat {era})\n", Cancelled);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Through(script), pool: null);
        using var client = new ModernClient(gateway.Raw(server));
        await client.CallAsync("pid");
        await File.WriteAllTextAsync(era, "legacy", Cancelled);
        await client.CallAsync("die");

        var bridged = await SurprisedAsync(client, "legacy");
        await File.WriteAllTextAsync(era, "modern", Cancelled);
        await client.CallAsync("die");
        var passed = await SurprisedAsync(client, "modern");

        Assert.Equal(("legacy", "modern"), (Text(bridged), Text(passed)));
        Assert.NotNull(bridged["result"]!["_meta"]);
        Assert.Null(passed["result"]!["_meta"]); // byte for byte
    }

    [Fact(Timeout = 120_000)]
    public async Task No_modern_process_outlives_the_gateway()
    {
        string pid;
        await using (var gateway = await TestGateway.StartAsync())
        {
            var server = await gateway.AddStdioServerAsync(ModernProgram, One);
            using var client = new ModernClient(gateway.Raw(server));
            pid = Text(await client.CallAsync("pid"));
        }

        await StdioProgram.UntilGoneAsync(pid);
    }

    /// <summary>One request may find out the hard way, unless the pool did so before it.</summary>
    private static async Task<JsonNode> SurprisedAsync(ModernClient client, string text)
    {
        var arguments = $$"""{"text":"{{text}}"}""";
        var first = await client.CallAsync("echo", arguments);
        return first["error"] is null ? first : await client.CallAsync("echo", arguments);
    }

    private static async Task<(string Text, JsonNode[] Events)> MeetAsync(ModernClient client, string text)
    {
        using var response = await client.SendAsync(
            "tools/call", $$"""
            "name":"meet","arguments":{"text":"{{text}}","times":2}
            """, "meet", "\"progressToken\":\"t\"");
        return (text, [.. ModernClient.Events(await response.Content.ReadAsStringAsync(Cancelled)).Select(data => JsonNode.Parse(data)!)]);
    }

    private static string Text(JsonNode answer) => (string?)answer["result"]?["content"]?[0]?["text"] ?? answer.ToJsonString();

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task<string?> EraAsync(TestGateway gateway, string server) =>
        (string?)(await gateway.SendAsync(HttpMethod.Get, $"/servers/{server}"))["status"]!["era"];

    private static async Task<string> NextAsync(StreamReader events)
    {
        while (true)
        {
            var line = await events.ReadLineAsync(Cancelled) ?? throw new InvalidOperationException("the stream ended");
            if (line.StartsWith("data:", StringComparison.Ordinal))
            {
                return line[5..].Trim();
            }
        }
    }
}
