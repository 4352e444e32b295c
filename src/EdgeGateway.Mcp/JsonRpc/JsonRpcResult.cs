using System.Buffers;

namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>The one way results of the gateway's own are written.</summary>
public static class JsonRpcResult
{
    /// <summary>Writes <c>{"jsonrpc":"2.0","id":…,"result":…}</c>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">The request's raw id.</param>
    /// <param name="rawResult">The raw result, valid JSON: it goes out byte for byte.</param>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> id, ReadOnlySpan<byte> rawResult)
    {
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(id);
        output.Write(",\"result\":"u8);
        output.Write(rawResult);
        output.Write("}"u8);
    }
}
