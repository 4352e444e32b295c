using System.Text;
using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Many clients at once, of either era, each with a mark of its own: no mark ever comes to another client.</summary>
public sealed class LeakTests
{
    private const string Capabilities = """{"elicitation":{},"sampling":{},"roots":{}}""";

    public static TheoryData<string, int> Crowds
    {
        get
        {
            var crowds = new TheoryData<string, int>();
            foreach (var strategy in new[] { "round_robin", "least_connections", "sticky", "weighted", "none" })
            {
                crowds.Add(strategy, 2);
                crowds.Add(strategy, 20);
            }

            return crowds;
        }
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Crowds))]
    public async Task Clients_without_sessions_hear_nothing_of_each_other(string strategy, int clients)
    {
        await using var crowd = await Crowd.GatherAsync(strategy, clients);

        await Task.WhenAll(Enumerable.Range(0, clients).Select(async i =>
        {
            using var client = new ModernClient(crowd.Gateway.Raw(crowd.Server, $"user-{i}"), Capabilities);
            var mark = $"mark-{i}-";
            for (var round = 0; round < 2; round++)
            {
                Assert.Contains("remembered", await TalkAsync(client, "remember", $$"""{"text":"{{mark}}"}""", mark), StringComparison.Ordinal);

                // Under `none` each request has a session of its own.
                Assert.Contains(strategy == "none" ? "(nothing)" : mark, await TalkAsync(client, "recall", "{}", mark), StringComparison.Ordinal);
                Assert.Equal(3, Count(await TalkAsync(client, "sse_progress", "{}", mark), $"\"progressToken\":\"{mark}\""));
                Assert.True(Count(await TalkAsync(client, "log", $$"""{"text":"{{mark}}"}""", mark), "notifications/message") > 1);
                foreach (var (tool, input) in Inputs(mark))
                {
                    var arguments = tool == "ask_roots" ? "{}" : $$"""{"text":"{{mark}}"}""";
                    var asked = (await client.CallAsync(tool, arguments))["result"]!;
                    AssertOwn(asked.ToJsonString(), mark);
                    var key = asked["inputRequests"]!.AsObject().Single().Key;
                    var answered = await client.CallAsync(tool, arguments, $$"""
                        "inputResponses":{"{{key}}":{{input}}},"requestState":{{asked["requestState"]!.ToJsonString()}}
                        """);
                    Assert.Contains(mark, AssertOwn(answered.ToJsonString(), mark), StringComparison.Ordinal);
                }
            }
        }));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Crowds))]
    public async Task Clients_with_sessions_hear_nothing_of_each_other(string strategy, int clients)
    {
        await using var crowd = await Crowd.GatherAsync(strategy, clients);

        await Task.WhenAll(Enumerable.Range(0, clients).Select(async i =>
        {
            using var client = await crowd.Gateway.Raw(crowd.Server, $"user-{i}").InitializeAsync(capabilities: Capabilities);
            var mark = $"mark-{i}-";
            for (var round = 0; round < 2; round++)
            {
                await client.CallAsync("remember", $$"""{"text":"{{mark}}"}""");
                Assert.Equal(mark, await client.TextOfAsync("recall"));
                Assert.Equal(3, Count(await TalkAsync(client, "sse_progress", "{}", mark), $"\"progressToken\":\"{mark}\""));
                Assert.True(Count(await TalkAsync(client, "log", $$"""{"text":"{{mark}}"}""", mark), "notifications/message") > 1);
                foreach (var (tool, input) in Inputs(mark))
                {
                    Assert.Contains(mark, await AnswerAsync(client, tool, mark, input), StringComparison.Ordinal);
                }
            }
        }));
    }

    private static (string Tool, string Input)[] Inputs(string mark) =>
    [
        ("ask_elicitation", $$$"""{"action":"accept","content":{"name":"{{{mark}}}"} }"""),
        ("ask_sampling", $$$"""{"role":"assistant","content":{"type":"text","text":"{{{mark}}}"},"model":"m"}"""),
        ("ask_roots", $$"""{"roots":[{"uri":"file:///{{mark}}"}]}"""),
    ];

    private static async Task<string> TalkAsync(ModernClient client, string tool, string arguments, string mark)
    {
        using var response = await client.SendAsync(
            "tools/call", $$"""
            "name":"{{tool}}","arguments":{{arguments}}
            """, tool, $$"""
            "progressToken":"{{mark}}","io.modelcontextprotocol/logLevel":"info"
            """);
        return AssertOwn(await response.Content.ReadAsStringAsync(Cancelled), mark);
    }

    private static async Task<string> TalkAsync(RawClient client, string tool, string arguments, string mark)
    {
        using var response = await client.PostAsync($$$"""
            {"jsonrpc":"2.0","id":"{{{mark}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{{{arguments}}},"_meta":{"progressToken":"{{{mark}}}"} } }
            """);
        return AssertOwn(await response.Content.ReadAsStringAsync(Cancelled), mark);
    }

    /// <summary>Answers what the server asks on the request's stream; all that was said on it.</summary>
    private static async Task<string> AnswerAsync(RawClient client, string tool, string mark, string input)
    {
        using var response = await client.PostAsync($$$"""
            {"jsonrpc":"2.0","id":"{{{mark}}}","method":"tools/call","params":{"name":"{{{tool}}}","arguments":{"text":"{{{mark}}}"} } }
            """);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancelled), Encoding.UTF8);
        var said = new StringBuilder();
        while (await events.ReadLineAsync(Cancelled) is { } line)
        {
            said.AppendLine(line);
            if (line.StartsWith("data: {", StringComparison.Ordinal) && JsonNode.Parse(line[6..]) is { } message && message["method"] is not null)
            {
                using var answered = await client.PostAsync($$"""{"jsonrpc":"2.0","id":{{message["id"]!.ToJsonString()}},"result":{{input}}}""");
                Assert.Equal(202, (int)answered.StatusCode);
            }
        }

        return AssertOwn(said.ToString(), mark);
    }

    /// <summary>No mark but the client's own is in it.</summary>
    private static string AssertOwn(string text, string mark)
    {
        Assert.Equal(Count(text, mark), Count(text, "mark-"));
        return text;
    }

    private static int Count(string text, string part) => (text.Length - text.Replace(part, "", StringComparison.Ordinal).Length) / part.Length;
}
