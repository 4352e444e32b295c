using System.Text.RegularExpressions;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Tests.Client;

/// <summary>Against a server that says what it is told to.</summary>
public sealed partial class McpConnectionTests
{
    [Fact]
    public async Task Every_request_has_an_id_of_its_own_and_the_length_it_says()
    {
        await using var server = new ScriptedServer(request => Json(Answer(request)));
        await using var connection = new McpConnection(server.Target);
        var call = McpCalls.Tool(server.Target, "session", "echo", """{"text":"ä"}""");

        Assert.True((await connection.SendAsync(call)).IsOk);
        Assert.True((await connection.SendAsync(call)).IsOk);

        Assert.Equal(2, server.Requests.Select(IdOf).Distinct().Count());
        Assert.All(server.Requests, request => Assert.Contains("Mcp-Session-Id: session\r\n", request, StringComparison.Ordinal));
        Assert.All(server.Requests, request => Assert.Contains("Accept: application/json, text/event-stream\r\n", request, StringComparison.Ordinal));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Another_callers_answer_is_a_failure()
    {
        await using var server = new ScriptedServer(_ => Json("""{"id":1000000000000001,"result":{}}"""));
        await using var connection = new McpConnection(server.Target);

        Assert.Equal(RpcAnswer.OtherId, (await connection.CallAsync("echo", "{}")).FailureReason);
    }

    [Fact]
    public async Task A_status_is_a_reason()
    {
        await using var server = new ScriptedServer(_ => "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        await using var connection = new McpConnection(server.Target);

        Assert.Equal("status 503", (await connection.CallAsync("echo", "{}")).FailureReason);
    }

    [Fact]
    public async Task A_lost_connection_fails_one_call_and_the_next_one_connects_again()
    {
        var isFirst = true;
        await using var server = new ScriptedServer(request =>
        {
            (var answer, isFirst) = (isFirst ? "HTTP/1.1 200 OK\r\n" : Json(Answer(request)), false);
            return answer;
        });
        await using var connection = new McpConnection(server.Target);

        Assert.Equal("the connection ended before the answer", (await connection.CallAsync("echo", "{}")).FailureReason);
        Assert.True((await connection.CallAsync("echo", "{}")).IsOk);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task A_handshake_keeps_the_session()
    {
        await using var server = new ScriptedServer(request => request.Contains("\"initialize\"", StringComparison.Ordinal)
            ? Json(Answer(request), "Mcp-Session-Id: s-1\r\n")
            : "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        await using var connection = new McpConnection(server.Target with { Token = "t" });

        Assert.True((await connection.InitializeAsync()).IsOk);
        Assert.Equal("s-1", connection.SessionId);
        Assert.True((await connection.DeleteAsync()).IsOk);

        Assert.Contains("Mcp-Session-Id: s-1\r\n", server.Requests[1], StringComparison.Ordinal);
        Assert.StartsWith("DELETE /mcp HTTP/1.1\r\n", server.Requests[2], StringComparison.Ordinal);
        Assert.All(server.Requests, request => Assert.Contains("Authorization: Bearer t\r\n", request, StringComparison.Ordinal));
    }

    private static string Json(string body, string headers = "") => $"HTTP/1.1 200 OK\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";

    private static string Answer(string request) => $$"""{"id":{{IdOf(request)}},"result":{} }""";

    private static string IdOf(string request) => Id().Match(request).Groups["id"].Value;

    [GeneratedRegex("\"id\":(?<id>[0-9]+)")]
    private static partial Regex Id();
}
