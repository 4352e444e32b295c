using System.Text;
using EdgeGateway.LoadTests.Client;

namespace EdgeGateway.LoadTests.Tests.Client;

public sealed class HttpAnswerTests
{
    private const string ByLength = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 5\r\n\r\nhello";

    private const string InChunks =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n";

    private const string AfterContinue = "HTTP/1.1 100 Continue\r\n\r\n" + ByLength;

    public static TheoryData<string> Complete => [ByLength, InChunks, AfterContinue];

    [Theory]
    [MemberData(nameof(Complete))]
    public void An_answer_may_be_cut_anywhere(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var answer = New();
            var consumed = answer.Read(bytes.AsSpan(0, cut));
            Assert.Equal(cut == bytes.Length, answer.IsComplete);
            consumed += answer.Read(bytes.AsSpan(consumed));

            Assert.True(answer.IsComplete);
            Assert.Equal(bytes.Length, consumed);
            Assert.Equal((200, "hello"), (answer.Status, Encoding.ASCII.GetString(answer.Body)));
        }
    }

    [Fact]
    public void It_says_what_matters_here()
    {
        var answer = Read("HTTP/1.1 202 Accepted\r\nMcp-Session-Id: abc\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal((202, "abc", false, false), (answer.Status, answer.SessionId, answer.KeepsAlive, answer.IsEventStream));
        Assert.True(Read(InChunks).IsEventStream);
    }

    [Fact]
    public void Nothing_of_one_answer_is_left_in_the_next()
    {
        var answer = Read("HTTP/1.1 200 OK\r\nMcp-Session-Id: abc\r\nConnection: close\r\nContent-Type: text/event-stream\r\nContent-Length: 2\r\n\r\nab");
        answer.Reset();
        answer.Read("HTTP/1.1 204 No Content\r\n\r\n"u8);

        Assert.True(answer.IsComplete);
        Assert.Equal((204, null, true, false, 0), (answer.Status, answer.SessionId, answer.KeepsAlive, answer.IsEventStream, answer.Body.Length));
    }

    [Fact]
    public void Without_a_length_the_body_ends_with_the_connection()
    {
        var answer = Read("HTTP/1.1 200 OK\r\n\r\nhello");

        Assert.False(answer.IsComplete);
        Assert.True(answer.End());
        Assert.False(answer.KeepsAlive);
        Assert.Equal("hello", Encoding.ASCII.GetString(answer.Body));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    public void A_connection_that_ends_too_early_is_no_answer(string text) => Assert.False(Read(text).End());

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: five\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon\r\n")]
    public void What_is_not_HTTP_is_refused(string text) => Assert.Throws<InvalidDataException>(() => Read(text));

    private static HttpAnswer Read(string text)
    {
        var answer = New();
        answer.Read(Encoding.ASCII.GetBytes(text));
        return answer;
    }

    private static HttpAnswer New()
    {
        var answer = new HttpAnswer();
        answer.Reset();
        return answer;
    }
}
