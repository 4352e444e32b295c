using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>Where an answer begins and ends (RFC 9112): what is read, what is refused, and whether the connection is used again.</summary>
public sealed class FramingTests : IDisposable
{
    private readonly LeanTransport _transport = TestTransport.NewLean();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _transport.Dispose();

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true)]
    [InlineData("HTTP/1.1 200\r\ncontent-LENGTH:2 \t\r\n\r\nhi", 200, "hi", true)]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", 200, "hi", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, "", true)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: x, Close\r\n\r\nhi", 200, "hi", false)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi", 200, "hi", false)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, "hi", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n001 ;a=\"b\"\r\nh\r\n1;x\r\ni\r\n0;y\r\nTrailer: 1\r\nOther: 2\r\n\r\n", 200, "hi", true)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, "", true)]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 7\r\n\r\n", 204, "", true)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", 304, "", true)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\nConnection: close\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true)]
    // Both framings: Transfer-Encoding counts, and nothing may follow (RFC 9112 section 6.3).
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 200, "hi", false)]
    public async Task An_answer_ends_where_it_says_however_it_arrives(string answer, int status, string body, bool isReused)
    {
        for (var split = 0; split < answer.Length; split++)
        {
            var (begin, end) = (answer[..split], answer[split..]);
            await using var server = new SocketServer(async (peer, _) =>
            {
                while (await peer.ReceiveAsync() is not null)
                {
                    await peer.SendAsync(begin);
                    await peer.SendAsync(end);
                }
            });
            var request = server.Post(_transport);

            var first = await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);
            var second = await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);

            Assert.Equal((status, body, null), (first.Status, first.Body, first.Fault));
            Assert.Equal(first, second);
            if (split == 0)
                Assert.Equal(isReused ? 1 : 2, server.Connections);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "!")]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\n\r\n")]
    public async Task Bytes_that_nobody_asked_for_are_in_nobodys_answer(string answer, string more)
    {
        await using var server = SocketServer.Answering(answer + more);
        var request = server.Post(_transport);

        var first = await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);
        var second = await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);

        Assert.Equal(first, second);
        Assert.NotEqual("other", second.Body);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Without_a_length_a_body_ends_with_the_connection()
    {
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the ");
            await peer.SendAsync("end");
        });

        var answer = await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled);

        Assert.Equal(("until the end", "text/plain", null), (answer.Body, answer.ContentType, answer.Fault));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "no status line")]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n", "no status line")]
    [InlineData("HTTP/1.1 20x OK\r\n\r\n", "no status line")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n", "no status line")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n", "no status line")]
    [InlineData("HTTP/1.1 099 Low\r\n\r\n", "below 100")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "switches protocols")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", "two different Content-Length")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi", "Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nhi", "Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nhi", "Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nhi", "Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhi", "Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nhi", "Content-Length that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding other than chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "Transfer-Encoding other than chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding other than chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding other than chunked")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n Content-Length: 2\r\n\r\nhi", "folded")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nhi", "without a name")]
    [InlineData("HTTP/1.1 200 OK\r\n: 2\r\n\r\nhi", "without a name")]
    [InlineData("HTTP/1.1 200 OK\r\nnothing\r\n\r\nhi", "without a name")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\nhi", "bare CR or NUL")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\rContent-Length: 2\r\n\r\nhi", "bare CR or NUL")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "chunk size that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "chunk size that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x2\r\nhi\r\n0\r\n\r\n", "chunk size that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n 2\r\nhi\r\n0\r\n\r\n", "chunk size that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 2\r\nhi\r\n0\r\n\r\n", "chunk size that is no number")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\nhi", "chunk size that is too large")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000002\r\nhi\r\n0\r\n\r\n", "chunk size that is too large")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nhi\r\n0\r\n\r\n", "does not end with CRLF")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\n0\r\n\r\n", "between chunks")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi!\r\n0\r\n\r\n", "chunk")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a\rb\r\nhi\r\n0\r\n\r\n", "chunk size that is no number")]
    public async Task What_two_readers_could_read_differently_is_refused(string answer, string why)
    {
        await using var server = SocketServer.Answering(answer);

        var fault = (await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled)).Fault;

        Assert.Equal(UpstreamFaultKind.Protocol, fault?.Kind);
        Assert.Contains(why, fault!.Message);
        Assert.Contains("; check that the URL is its MCP endpoint", fault.Message);
    }

    [Theory]
    [InlineData(60_000, true)]
    [InlineData(70_000, false)]
    public async Task A_head_has_64_KiB_at_most(int length, bool isTaken)
    {
        await using var server = SocketServer.Answering($"HTTP/1.1 200 OK\r\nX: {new string('x', length)}\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\nhi");

        var answer = await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled);

        Assert.Equal(isTaken ? ("hi", "a/b", null) : ("", null, UpstreamFaultKind.Protocol), (answer.Body, answer.ContentType, answer.Fault?.Kind));
    }

    [Fact]
    public async Task Interim_answers_without_end_are_an_end()
    {
        await using var server = SocketServer.Answering(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 3000)));

        Assert.Equal(UpstreamFaultKind.Protocol, (await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled)).Fault?.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n")]
    public async Task What_breaks_off_is_a_connection_lost(string part)
    {
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(part);
        });

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled)).Fault?.Kind);
    }

    [Fact]
    public async Task Headers_are_as_sent_and_can_be_read_after_the_body()
    {
        await using var server = SocketServer.Answering(
            "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Type: \tText/Plain; a=\"\u00e9\" \r\nretry-after:\r\nwww-authenticate: Bearer x=\"1, 2\"\r\n"
            + $"MCP-SESSION-ID: s-1\r\nTransfer-Encoding: chunked\r\n\r\n{string.Concat(Enumerable.Repeat($"800\r\n{new string('b', 2048)}\r\n", 40))}0\r\n\r\n");

        var answer = await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled);

        Assert.Equal(new string('b', 40 * 2048), answer.Body);
        Assert.Equal("Text/Plain; a=\"\u00e9\"", answer.ContentType);
        Assert.Equal("Basic, Bearer x=\"1, 2\"", answer.WwwAuthenticate);
        Assert.Equal("", answer.RetryAfter);
        Assert.Equal("s-1", answer.SessionId);
    }
}
