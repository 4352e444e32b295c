using System.Text;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Tests.Client;

public sealed class RpcAnswerTests
{
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":42,"result":{"content":[{"id":1}]}}""", null)]
    [InlineData("""{"result":{"isError":false,"structuredContent":{"isError":true}},"id":42}""", null)]
    [InlineData("""{"result":7,"id":42}""", null)]
    [InlineData("""{"id":43,"result":{}}""", RpcAnswer.OtherId)]
    [InlineData("""{"id":"42x","result":{}}""", RpcAnswer.OtherId)]
    [InlineData("""{"result":{}}""", RpcAnswer.OtherId)]
    [InlineData("""{"id":42,"result":{"isError":true}}""", "the tool failed")]
    [InlineData("""{"id":42,"error":{"message":"no","code":-32000,"data":{"code":1}}}""", "JSON-RPC error -32000")]
    [InlineData("""{"method":"notifications/progress"}""", RpcAnswer.NoAnswer)]
    [InlineData("", RpcAnswer.NoAnswer)]
    [InlineData("[]", RpcAnswer.NoAnswer)]
    [InlineData("<html>", RpcAnswer.NoAnswer)]
    public void A_body_is_judged(string body, string? wrong) => Assert.Equal(wrong, RpcAnswer.Check(Encoding.UTF8.GetBytes(body), isEventStream: false, "42"u8));

    [Theory]
    [InlineData("event: message\ndata: {\"method\":\"notifications/progress\",\"params\":{}}\n\ndata: {\"id\":42,\"result\":{}}\n\n", null)]
    [InlineData(": hello\r\n\r\ndata:{\"id\":42,\"result\":{}}\r\n\r\n", null)]
    [InlineData("data: {\"id\":41,\"result\":{}}\n\n", RpcAnswer.OtherId)]
    [InlineData("data: {\"method\":\"notifications/progress\"}\n\n", RpcAnswer.NoAnswer)]
    public void An_event_stream_is_searched_for_the_answer(string body, string? wrong) =>
        Assert.Equal(wrong, RpcAnswer.Check(Encoding.UTF8.GetBytes(body), isEventStream: true, "42"u8));
}
