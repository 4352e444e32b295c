using System.Net.ServerSentEvents;
using System.Text;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Tests.Sse;

public sealed class SseFuzzTests
{
    [Fact]
    public void The_reader_agrees_with_the_standard_and_with_the_platforms_parser_on_any_stream()
    {
        long framed = 0, bare = 0;
        FuzzRun.ForEachSeed(
            "SSE reader against a plain parser and System.Net.ServerSentEvents",
            inputs: 50_000,
            seed =>
            {
                var random = new RandomEventStream(seed);
                var bytes = random.Bytes();
                var events = Read(new ChunkedStream(bytes, random.Chunks()));

                if (!SseOracle.Read(bytes).SequenceEqual(events))
                    Assert.Fail($"seed {seed}: {Show(bytes)}\nis framed otherwise than the standard says");
                if (!Platform(bytes).SequenceEqual(events.Where(one => one.HasData).Select(one => one.Data)))
                    Assert.Fail($"seed {seed}: {Show(bytes)}\nis framed otherwise than System.Net.ServerSentEvents does");
                Interlocked.Add(ref framed, events.Count);
                Interlocked.Add(ref bare, events.Count(one => !one.HasData));
            });

        Assert.True(framed > 10_000 && bare > 1_000, $"the generator is one-sided: {framed} events, {bare} without data");
    }

    private static List<SseOracle.Event> Read(Stream stream)
    {
        // The stream never waits, so neither does the reader.
        var events = new List<SseOracle.Event>();
        var reader = new SseReader(stream, CancellationToken.None).ReadAllAsync().GetAsyncEnumerator(); // its end disposes it
        while (Now(reader.MoveNextAsync()))
        {
            var frame = reader.Current;
            events.Add(new SseOracle.Event(frame.Event, Encoding.UTF8.GetString(frame.Data.Span), frame.Id, frame.Retry?.TotalMilliseconds, !frame.HasNoData));
        }

        return events;
    }

    private static bool Now(ValueTask<bool> moving)
    {
        var moved = moving.AsTask();
        Assert.True(moved.IsCompleted, "the reader waited for a stream that does not");
        return moved.Result;
    }

    /// <summary>Its data only: it keeps the type of a block without data for the next event, which the standard forgets.</summary>
    private static IEnumerable<string> Platform(byte[] bytes) => SseParser.Create(new MemoryStream(bytes)).Enumerate().Select(item => item.Data);

    private static string Show(byte[] bytes) => Encoding.Latin1.GetString(bytes).Replace("\r", "<CR>").Replace("\n", "<LF>");
}
