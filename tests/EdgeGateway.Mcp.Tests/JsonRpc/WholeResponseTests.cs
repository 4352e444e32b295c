using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class WholeResponseTests
{
    private const string Ours = "\"egw-1\"";

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"egw-1","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"egw-1"}""")]
    [InlineData("""{"result":{"content":[]},"jsonrpc":"2.0","id":"egw-1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"egw-1","result":{"a":"egw-1","b":{"jsonrpc":"2.0","id":"egw-1"}}}""")]
    [InlineData("""{"jsonrpc":"2.0","result":{"jsonrpc":"2.0","id":"egw-1"},"id":"egw-1"}""")]
    public void An_id_where_servers_put_it_is_replaced_as_the_rewriter_would(string response)
    {
        Assert.Equal(Rewritten(response), Replaced(response));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":"egw-12","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","result":{"id":"egw-1"}}""")]
    [InlineData("""{"jsonrpc":"2.0","result":"x,\"id\":\"egw-1\""}""")]
    [InlineData("""{"id":"egw-1","jsonrpc":"2.0","result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","result":{},"id": "egw-1"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"egw-1" ,"result":{}}""")]
    [InlineData("""[{"jsonrpc":"2.0","result":1,"id":"egw-1"}]""")]
    [InlineData("\"egw-1\"")]
    [InlineData("")]
    public void Anything_else_is_left_to_the_rewriter(string response)
    {
        Assert.Null(Replaced(response));
    }

    private static string? Replaced(string response)
    {
        var output = new ArrayBufferWriter<byte>();
        var found = WholeResponse.TryReplaceId(Encoding.UTF8.GetBytes(response), Encoding.UTF8.GetBytes(Ours), "7"u8, output);
        Assert.True(found || output.WrittenCount == 0);
        return found ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    private static string Rewritten(string response)
    {
        var output = new ArrayBufferWriter<byte>();
        var rewriter = new ResponseIdRewriter("7"u8.ToArray());
        rewriter.Write(Encoding.UTF8.GetBytes(response), output);
        rewriter.Complete(output);
        Assert.Equal(output.WrittenCount - Encoding.UTF8.GetByteCount(response), rewriter.Growth);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
