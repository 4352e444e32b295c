using System.Text.Json.Nodes;
using EdgeGateway.Tests.DataPath.Modern;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Failures;

/// <summary>One client by the door it comes through, and what it is told when something fails. Its requests have the id 7.</summary>
internal sealed class Doorway(RawClient raw, string door) : IDisposable
{
    private readonly ModernClient _modern = new(raw);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>To a legacy server: a session of the client's own, shared sessions, /rpc, the bridge of a modern client.</summary>
    public static string[] ToLegacy { get; } = ["pinned", "shared", "rpc", "bridged"];

    /// <summary>To a modern server: passed through, a legacy client's virtual session, /rpc.</summary>
    public static string[] ToModern { get; } = ["passed through", "virtual", "rpc to modern"];

    private bool IsModern => door is "bridged" or "passed through";

    private bool HasSession => door is "pinned" or "shared" or "virtual";

    public static Doorway At(TestGateway gateway, string server, string door, string user = "ada") =>
        new(door.StartsWith("rpc", StringComparison.Ordinal) ? gateway.Rpc(server, user) : gateway.Raw(server, user), door);

    /// <summary>A member of the server's document.</summary>
    public static string EraOf(string door) => $",\"era\":\"{(ToModern.Contains(door) ? "modern" : "legacy")}\"";

    /// <summary>The pool's config.</summary>
    /// <param name="door">Decides the isolation.</param>
    /// <param name="enabled">Without a pool every session is opened when somebody asks for it.</param>
    /// <param name="more">Further members, raw.</param>
    public static string PoolOf(string door, bool enabled = true, string more = "") =>
        $"{{\"enabled\":{(enabled ? "true" : "false")},\"isolation\":\"{(door == "shared" ? "shared" : "auto")}\"{more}}}";

    /// <summary>What a client says first by this door: initialize where there are sessions, a call elsewhere.</summary>
    public Task<HttpResponseMessage> BeginAsync() => HasSession
        ? raw.PostAsync("""{"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{}}}""")
        : CallAsync("counter_increment");

    /// <summary>Initializes, where there are sessions.</summary>
    public Task ArriveAsync() => HasSession ? raw.InitializeAsync() : Task.CompletedTask;

    public Task<HttpResponseMessage> CallAsync(string tool)
    {
        var parameters = $"\"name\":\"{tool}\",\"arguments\":{{}}";
        if (!IsModern)
        {
            return raw.PostAsync($$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{{parameters}}} }""");
        }

        _modern.LastId = 6;
        return _modern.SendAsync("tools/call", parameters, tool);
    }

    public static async Task<JsonNode?> ResultAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!["result"];

    /// <summary>Status, <c>data.reason</c>, code and id of an error; and whether it says when to come back.</summary>
    public static async Task<(int Status, string? Reason, int Code, int Id, bool HasRetryAfter)> ErrorAsync(HttpResponseMessage response)
    {
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancelled))!;
        var error = answer["error"] ?? throw new InvalidOperationException($"no error: {answer.ToJsonString()}");
        return ((int)response.StatusCode, (string?)error["data"]?["reason"], (int)error["code"]!, (int)answer["id"]!, response.Headers.RetryAfter?.Delta?.TotalSeconds >= 1);
    }

    public void Dispose() => _modern.Dispose();
}
