using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Tests.Client;

public sealed class SseSessionTests
{
    [Fact(Timeout = 30_000)]
    public async Task An_answer_comes_on_the_stream_after_other_events_and_in_pieces()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/sse");
        var opening = SseSession.OpenAsync(new McpTarget(url), cancelled);
        using var stream = await listener.AcceptTcpClientAsync(cancelled);
        await ReadAsync(stream, cancelled);
        await SendAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: endpoint\ndata: /messages?sessionId=7\n\n", cancelled);
        await using var session = await opening;

        var call = McpCalls.RpcTool(session.Target, "echo", "{}");
        var answer = session.SendAsync(call).AsTask();
        using var posts = await listener.AcceptTcpClientAsync(cancelled);
        var request = await ReadAsync(posts, cancelled);
        await SendAsync(posts, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", cancelled);
        await SendAsync(stream, "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\ndata: {\"jsonrpc\":\"2.0\",", cancelled);
        await SendAsync(stream, $"\"id\":{Encoding.ASCII.GetString(call.Id)},\"result\":{{}}}}\n\n", cancelled);

        Assert.StartsWith("POST /messages?sessionId=7 ", request, StringComparison.Ordinal);
        Assert.Null((await answer).FailureReason);
    }

    private static async Task<string> ReadAsync(TcpClient client, CancellationToken cancelled)
    {
        var buffer = new byte[4096];
        return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, cancelled));
    }

    private static Task SendAsync(TcpClient client, string text, CancellationToken cancelled) =>
        client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), cancelled).AsTask();
}
