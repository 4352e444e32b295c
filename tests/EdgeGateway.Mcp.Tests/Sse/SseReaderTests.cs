using System.Text;
using CsCheck;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Tests.Sse;

public sealed class SseReaderTests
{
    private const string Sample =
        "\uFEFF: hello\n\nevent: message\nid: 1\ndata: {\"a\":\ndata:1}\n\n" + "data: x\r\rid: 2\rdata:\r\r" + "retry: 1500\r\n\r\n"
        + "event: ping\r\nid\r\ndata:  y\r\ndata\r\n:comment\r\ndata:z\r\nother: 1\r\n\r\n" + "event: alone\n\n\n" + "data: cut off";

    private static readonly Event[] SampleEvents =
    [
        new("message", "{\"a\":\n1}", "1", null, true),
        new(null, "x", null, null, true),
        new(null, "", "2", null, true),
        new(null, "", null, 1500, false),
        new("ping", " y\n\nz", "", null, true),
    ];

    private sealed record Event(string? Type, string Data, string? Id, double? Retry, bool HasData);

    [Fact]
    public async Task Events_are_framed_the_same_wherever_the_chunks_are_cut()
    {
        var bytes = Encoding.UTF8.GetBytes(Sample);
        Assert.Equal(SampleEvents, await ReadAsync(new ChunkedStream(bytes, () => bytes.Length)));
        Assert.Equal(SampleEvents, await ReadAsync(new ChunkedStream(bytes, () => 1)));
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var first = true;
            Assert.Equal(SampleEvents, await ReadAsync(new ChunkedStream(bytes, () => first ? (first = false, cut).cut : bytes.Length)));
        }
    }

    [Fact]
    public async Task The_priming_event_comes_through_with_its_id()
    {
        var primed = Assert.Single(await ReadAsync("id: stream-1/0\ndata: \n\n"));

        Assert.Equal(new Event(null, "", "stream-1/0", null, true), primed);
    }

    [Theory]
    [InlineData("retry: 250\n\n", 250.0)]
    [InlineData("id: 7\nretry: x1\n\n", null)]
    [InlineData("id: 7\nretry: -1\n\n", null)]
    [InlineData("id: 7\nretry:\n\n", null)]
    [InlineData("id: 7\nretry: 99999999999999999999\n\n", null)]
    public async Task A_bare_retry_comes_through_and_nonsense_is_ignored(string text, double? expected) =>
        Assert.Equal(expected, Assert.Single(await ReadAsync(text)).Retry);

    [Fact]
    public async Task An_id_with_a_NUL_is_ignored() => Assert.Null(Assert.Single(await ReadAsync("id: a\0b\ndata: x\n\n")).Id);

    [Fact]
    public async Task Comments_and_unknown_fields_make_no_event() => Assert.Empty(await ReadAsync(": keep-alive\n\nfoo: bar\n\nevent: x\n\n\n\n"));

    [Fact]
    public async Task An_event_is_delivered_before_the_next_byte_arrives()
    {
        var stream = new ChunkedStream("data: x\r\r"u8.ToArray(), () => 9, atEnd: () => throw new InvalidOperationException("read on"));
        await using var events = new SseReader(stream, TestContext.Current.CancellationToken).ReadAllAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("x"u8, events.Current.Data.Span);
    }

    [Fact]
    public async Task What_the_writer_writes_the_reader_reads() => await Gen.Int.SampleAsync(
        async seed =>
        {
            var random = new Random(seed);
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            var expected = new List<Event>();
            for (var i = random.Next(6); i > 0; i--)
            {
                var data = Data(random);
                var frame = new SseFrame(
                    random.Next(3) == 0 ? "ping" : null,
                    Encoding.UTF8.GetBytes(data),
                    random.Next(3) == 0 ? $"é{random.Next(100)}" : null,
                    random.Next(5) == 0 ? TimeSpan.FromMilliseconds(random.Next(10_000)) : null);
                SseWriter.Write(output, frame);
                if (random.Next(3) == 0)
                    SseWriter.WriteKeepAlive(output);
                expected.Add(new Event(frame.Event, data.Replace("\r\n", "\n").Replace('\r', '\n'), frame.Id, frame.Retry?.TotalMilliseconds, true));
            }

            var events = await ReadAsync(new ChunkedStream(output.WrittenSpan.ToArray(), () => random.Next(1, random.Next(2) == 0 ? 5 : 9000)));
            Assert.True(expected.SequenceEqual(events), $"seed {seed}");
        },
        iter: 5_000);

    [Fact]
    public async Task A_large_event_passes_and_one_without_end_is_refused()
    {
        var large = new string('a', 3_000_000);
        Assert.Equal(large, Assert.Single(await ReadAsync($"data: {large}\n\n")).Data);

        var endless = new ChunkedStream(new byte[1 << 20], () => 1 << 20, repeat: true);
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(endless));
    }

    [Fact]
    public async Task Cancellation_ends_the_wait()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await using var events = new SseReader(new ChunkedStream("data: x\n\n"u8.ToArray(), () => 1), cancelled.Token).ReadAllAsync().GetAsyncEnumerator(cancelled.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await events.MoveNextAsync());
    }

    private static string Data(Random random) => random.Next(5) switch
    {
        0 => "",
        1 => "a\nb\r\nc\rd",
        2 => "\n\n",
        3 => new string('z', random.Next(20_000)) + "\n" + new string('é', random.Next(3_000)),
        _ => "{\"jsonrpc\":\"2.0\"}",
    };

    private static Task<List<Event>> ReadAsync(string text) => ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<List<Event>> ReadAsync(Stream stream)
    {
        var events = new List<Event>();
        await foreach (var frame in new SseReader(stream, TestContext.Current.CancellationToken).ReadAllAsync())
            events.Add(new Event(frame.Event, Encoding.UTF8.GetString(frame.Data.Span), frame.Id, frame.Retry?.TotalMilliseconds, !frame.HasNoData));
        return events;
    }
}
