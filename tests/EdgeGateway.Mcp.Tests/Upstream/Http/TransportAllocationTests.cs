using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>What a call costs the garbage collector over a connection that is there already.</summary>
public sealed class TransportAllocationTests
{
    private const int Calls = 1000;

    [Fact]
    public async Task A_call_allocates_its_answer_and_little_else()
    {
        using var transport = TestTransport.NewLean();
        using var stream = new EchoStream();
        var request = LeanOver.Post(_ => new ValueTask<Stream>(stream));
        await RunAsync(request); // until everything is compiled and every pool filled

        var before = GC.GetAllocatedBytesForCurrentThread();
        await RunAsync(request);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Calls;

        // The answer object; without optimization also the state machines. The standard handler takes 2 KB.
        Assert.True(each <= 400, $"{each} bytes each");
    }

    private static async Task RunAsync(PreparedRequest request)
    {
        var body = "{}"u8.ToArray();
        var buffer = new byte[100];
        for (var i = 0; i < Calls; i++)
        {
            await using var answer = await request.SendAsync([], body, CancellationToken.None);
            Assert.True(answer.HasContentType("application/json"));
            while (await answer.ReadAsync(buffer, CancellationToken.None) > 0)
            {
                // to its end
            }
        }
    }
}
