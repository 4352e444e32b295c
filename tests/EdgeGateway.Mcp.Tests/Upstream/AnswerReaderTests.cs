using System.Runtime.CompilerServices;
using System.Text;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Mcp.Tests.Upstream;

public sealed class AnswerReaderTests
{
    /// <summary>The stream's buffer goes back to where others rent theirs: an answer that still lay in it would turn into somebody else's.</summary>
    [Fact]
    public async Task An_answer_outlives_the_buffer_its_event_came_in()
    {
        const string message = """{"jsonrpc":"2.0","id":"ours","result":{"text":"ours"}}""";
        var reply = new ReusedBuffer(Encoding.UTF8.GetBytes(message));

        var answer = await AnswerReader.ReadAsync(reply, "ours"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.True(reply.IsReused);
        Assert.Equal(message, Encoding.UTF8.GetString(answer!.Value.Message.Span));
    }

    /// <summary>One event; when its reader is done, somebody else writes over its bytes.</summary>
    private sealed class ReusedBuffer(byte[] buffer) : UpstreamReply
    {
        public bool IsReused { get; private set; }

        public override ReplyKind Kind => ReplyKind.Events;

        public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Yield();
            try
            {
                yield return new SseFrame(null, buffer, null, null);
            }
            finally
            {
                buffer.AsSpan().Fill((byte)'?');
                IsReused = true;
            }
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
