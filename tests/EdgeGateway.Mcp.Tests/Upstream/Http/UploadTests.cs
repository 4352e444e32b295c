using System.Text;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>Bodies that do not go out at once, and upstreams that do not wait for them.</summary>
public sealed class UploadTests : IDisposable
{
    /// <summary>More than the buffers of both sockets take.</summary>
    private static readonly byte[] Large = new byte[16 * 1024 * 1024];

    private readonly LeanTransport _transport = TestTransport.NewLean();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData(16 * 1024 - 200)]
    [InlineData(16 * 1024)]
    [InlineData(60 * 1024)]
    [InlineData(500 * 1024)]
    public async Task A_body_of_any_length_arrives_whole(int length)
    {
        var body = new byte[length];
        Array.Fill(body, (byte)'a');
        body[^1] = (byte)'z';
        var received = "";
        await using var server = new SocketServer(async (peer, _) =>
        {
            received = await peer.ReceiveAsync();
            await peer.SendAsync("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
        });

        Assert.Equal(202, (await Exchange.RunAsync(server.Post(_transport), body, Cancelled)).Status);
        Assert.EndsWith($"\r\n\r\n{new string('a', length - 1)}z", received);
    }

    [Theory]
    [InlineData(413, false)]
    [InlineData(413, true)]
    [InlineData(401, false)]
    public async Task A_refusal_before_the_body_was_read_is_the_answer(int status, bool breaks)
    {
        var seen = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveSomeAsync();
            await peer.SendAsync($"HTTP/1.1 {status} No\r\nContent-Length: 2\r\n\r\nno");
            if (breaks)
                peer.Reset();
            else
                await seen.Task;
        });

        var answer = await Exchange.RunAsync(server.Post(_transport), Large, Cancelled);
        seen.SetResult();

        Assert.Equal((status, "no", null), (answer.Status, answer.Body, answer.Fault));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refusal_is_read_while_even_the_first_piece_is_still_being_sent()
    {
        var request = LeanOver.Post(_ => new ValueTask<Stream>(new StuckStream("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")));

        var answer = await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);

        Assert.Equal((401, "no", null), (answer.Status, answer.Body, answer.Fault));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_good_answer_is_delivered_though_the_body_is_never_read()
    {
        var seen = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, number) =>
        {
            await peer.ReceiveSomeAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            await seen.Task;
        });
        var request = server.Post(_transport);

        Assert.Equal((200, "hi"), await RunAsync(request, Large));
        Assert.Equal((200, "hi"), await RunAsync(request, "{}"u8.ToArray()));
        Assert.Equal(2, server.Connections);
        seen.SetResult();
    }

    [Fact(Timeout = 60_000)]
    public async Task An_answer_is_read_while_the_body_is_sent_and_the_body_is_the_one_that_was_given()
    {
        var body = new byte[Large.Length];
        Array.Fill(body, (byte)'a');
        var foreign = new TaskCompletionSource<int>();
        await using var server = new SocketServer(async (peer, _) =>
        {
            var text = await peer.ReceiveSomeAsync();
            var left = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 + body.Length - text.Length;
            await peer.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {Large.Length}\r\n\r\n{new string('x', Large.Length - 1)}");
            var others = 0;
            for (; left > 0; left -= text.Length)
            {
                text = await peer.ReceiveSomeAsync();
                others += text.Count(sent => sent != 'a');
            }

            foreign.SetResult(others);
            await peer.SendAsync("!");
        });

        await using var answer = await server.Post(_transport).SendAsync([], body, Cancelled);
        Array.Fill(body, (byte)'b'); // the array is the caller's again, and somebody else's next
        var received = await Exchange.TextAsync(answer, Cancelled);

        Assert.Equal((Large.Length, '!'), (received.Length, received[^1]));
        Assert.Equal(0, await foreign.Task);
    }

    [Fact]
    public async Task Behind_a_refusal_nothing_else_goes_over_the_connection()
    {
        await using var server = new SocketServer(async (peer, number) =>
        {
            await peer.ReceiveSomeAsync();
            await peer.SendAsync(number == 0 ? "HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            await peer.UntilClosedAsync();
        });
        var request = server.Post(_transport);

        Assert.Equal(413, (await Exchange.RunAsync(request, Large, Cancelled)).Status);
        Assert.Equal(200, (await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled)).Status);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Hanging_up_without_an_answer_is_a_connection_lost()
    {
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveSomeAsync();
            peer.Reset();
        });

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await Exchange.RunAsync(server.Post(_transport), Large, Cancelled)).Fault?.Kind);
    }

    [Fact]
    public async Task Cancelling_a_send_ends_it()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveSomeAsync();
            await cancellation.CancelAsync();
            await peer.UntilClosedAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Exchange.RunAsync(server.Post(_transport), Large, cancellation.Token));
    }

    private static async Task<(int Status, string Body)> RunAsync(PreparedRequest request, byte[] body)
    {
        var answer = await Exchange.RunAsync(request, body, Cancelled);
        return (answer.Status, answer.Body);
    }

    /// <summary>Takes no byte to its end, and has an answer all the same.</summary>
    private sealed class StuckStream(string answer) : TestStream
    {
        private readonly TaskCompletionSource _closed = new();
        private readonly TaskCompletionSource _writing = new();
        private bool _isAnswered;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _writing.SetResult();
            await _closed.Task;
            throw new IOException("closed while it was sent to");
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _writing.Task;
            if (_isAnswered)
                await _closed.Task;
            return _isAnswered ? 0 : Answer(buffer.Span);
        }

        protected override void Dispose(bool disposing)
        {
            _closed.TrySetResult();
            base.Dispose(disposing);
        }

        private int Answer(Span<byte> buffer)
        {
            _isAnswered = true;
            return Encoding.Latin1.GetBytes(answer, buffer);
        }
    }
}
