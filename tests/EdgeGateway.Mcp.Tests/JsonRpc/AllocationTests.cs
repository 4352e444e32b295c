using System.Buffers;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Tests.JsonRpc;

/// <summary>The relay path must not cost the garbage collector anything (protocol.md section 2).</summary>
public sealed class AllocationTests
{
    private static readonly byte[] Call = Encoding.UTF8.GetBytes(
        """{"jsonrpc":"2.0","id":"1","m\u0065thod":"tools\/call","params":{"name":"echo","arguments":{"text":"hello","list":[1,2,{"a":null}]},"_meta":{"progressToken":5}}}""");

    private static readonly byte[] Batch = Encoding.UTF8.GetBytes("""[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}]""");

    [Fact]
    public void Reading_an_envelope_allocates_nothing() => AssertAllocatesNothing(() => Envelope.Read(Call, out _));

    [Fact]
    public void Walking_a_batch_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        foreach (var message in Envelope.Messages(Batch))
            Envelope.Read(message.Of((ReadOnlySpan<byte>)Batch), out _);
    });

    [Fact]
    public void Splicing_allocates_nothing()
    {
        Envelope.Read(Call, out var envelope);
        var output = new ArrayBufferWriter<byte>(1024);

        AssertAllocatesNothing(() =>
        {
            output.ResetWrittenCount();
            MessageSplice.Write(output, Call, envelope.Id, "\"egw-12345\""u8, envelope.ProgressToken, "\"egw-12346\""u8);
        });
    }

    [Fact]
    public void A_result_is_written_without_allocation()
    {
        var output = new ArrayBufferWriter<byte>(1024);

        AssertAllocatesNothing(() =>
        {
            output.ResetWrittenCount();
            JsonRpcResult.Write(output, "1"u8, "{}"u8);
        });
    }

    private static void AssertAllocatesNothing(Action action)
    {
        for (var i = 0; i < 100; i++) // until everything is compiled
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            action();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
