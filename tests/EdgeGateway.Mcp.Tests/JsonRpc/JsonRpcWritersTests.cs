using System.Buffers;
using System.Text;
using System.Text.Json;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

public sealed class JsonRpcWritersTests
{
    [Fact]
    public void An_error_echoes_the_raw_id_and_carries_its_reason()
    {
        var output = new ArrayBufferWriter<byte>();

        JsonRpcError.Write(output, "\"a\\/b\""u8, JsonRpcError.ServerError, "No session is free; raise max_size.", "pool_exhausted");

        Assert.Equal(
            """{"jsonrpc":"2.0","id":"a\/b","error":{"code":-32000,"message":"No session is free; raise max_size.","data":{"reason":"pool_exhausted"}}}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void An_error_without_id_and_reason_says_null_and_leaves_data_out()
    {
        var output = new ArrayBufferWriter<byte>();

        JsonRpcError.Write(output, default, JsonRpcError.ParseError, "Don't.");

        Assert.Equal("""{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Don't."}}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void The_text_of_an_error_cannot_break_out()
    {
        var output = new ArrayBufferWriter<byte>();

        JsonRpcError.Write(output, "1"u8, 1, "\"},\u0001\n\\", "\"");

        using var document = JsonDocument.Parse(output.WrittenMemory);
        Assert.Equal("\"},\u0001\n\\", document.RootElement.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal("\"", document.RootElement.GetProperty("error").GetProperty("data").GetProperty("reason").GetString());
    }

    [Fact]
    public void A_result_goes_out_byte_for_byte()
    {
        var output = new ArrayBufferWriter<byte>();

        JsonRpcResult.Write(output, "17"u8, """{ "a" : 1e400 }"""u8);

        Assert.Equal("""{"jsonrpc":"2.0","id":17,"result":{ "a" : 1e400 }}""", Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
