using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>protocol.md section 5 for each way to a local command.</summary>
public sealed class StdioServerFailureTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Doors => ["pinned", "rpc", "modern"];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Doors))]
    public async Task A_process_that_dies_in_a_call_is_a_lost_connection(string door)
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members() + ",\"era\":\"legacy\"");

        var (status, error) = await CallAsync(gateway, server, door, "die");

        Assert.Equal((502, "upstream_connection_lost", 7), (status, Reason(error), (int)error["id"]!));
    }

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Doors))]
    public async Task A_process_that_is_silent_too_long_is_a_504(string door)
    {
        await using var gateway = await TestGateway.StartAsync();
        var server = await gateway.AddStdioServerAsync(StdioProgram.Members() + ",\"era\":\"legacy\",\"request_timeout\":1");

        var (status, error) = await CallAsync(gateway, server, door, "hold");

        Assert.Equal((504, "upstream_timeout", 7), (status, Reason(error), (int)error["id"]!));
        await gateway.UntilAsync(server, stats => stats.InFlight == 0);
    }

    private static async Task<(int Status, JsonNode Answer)> CallAsync(TestGateway gateway, string server, string door, string tool)
    {
        using var raw = door == "rpc" ? gateway.Rpc(server, "ada") : gateway.Raw(server, "ada");
        if (door == "modern")
        {
            using var modern = new ModernClient(raw) { LastId = 6 };
            return await modern.AskAsync("tools/call", $"\"name\":\"{tool}\",\"arguments\":{{}}", tool);
        }

        var client = door == "pinned" ? await raw.InitializeAsync() : raw;
        using var response = await client.PostAsync($$$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""");
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!);
    }

    private static string? Reason(JsonNode error) => (string?)error["error"]?["data"]?["reason"];
}
