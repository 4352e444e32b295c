using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>The standard handler is the oracle: what it takes the lean transport takes the same way, but for what is refused on purpose.</summary>
public sealed class TransportFuzzTests
{
    private const string Next = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";

    /// <summary>Where the lean transport refuses what the standard handler lets pass: two readers could disagree about it.</summary>
    private static readonly string[] Stricter =
    [
        "a header folded over lines", // RFC 9112 section 5.2 lets a gateway refuse
        "a header without a name of its own", // spaces before the colon
        "a header with a bare CR or NUL",
        "a Content-Length that is no number", // the standard handler reads on until the connection is closed
        "two different Content-Length headers", // likewise
        "a Transfer-Encoding other than chunked", // likewise
        "it switches protocols, which nobody asked for",
        "a status below 100",
        "a chunk size that is no number", // a NUL in its extension
        "a line between chunks that does not end with CRLF", // a lone LF
    ];

    [Fact]
    public void Both_transports_read_the_same_in_any_answer()
    {
        long answered = 0, refused = 0, reused = 0;
        var stricter = new ConcurrentDictionary<string, int>();
        FuzzRun.ForEachSeed(
            "the lean transport against the standard handler",
            inputs: 15_000,
            seed =>
            {
                var random = new RandomAnswer(seed);
                var bytes = random.Bytes();
                var closes = seed % 2 == 0 || !random.IsPlain;
                IReadOnlyList<IReadOnlyList<byte[]>> answers = [random.Cut(bytes), [Encoding.ASCII.GetBytes(Next)]];
                var (lean, afterLean, leanConnections) = RunLean(new Wire(answers, closes));
                var (standard, afterStandard, _) = RunStandard(new Wire(answers, closes));

                if (lean.Fault is { Kind: UpstreamFaultKind.Protocol } fault && standard.Fault is null)
                {
                    var why = Array.Find(Stricter, why => fault.Message.Contains(why, StringComparison.Ordinal));
                    if (why is null)
                        Assert.Fail($"seed {seed}: {Show(bytes)}\nis refused ({fault.Message}), and the standard handler reads {standard}");
                    stricter.AddOrUpdate(why, 1, static (_, count) => count + 1);
                }
                else if ((lean with { Fault = null }) != (standard with { Fault = null }) || lean.Fault is null != standard.Fault is null)
                {
                    Assert.Fail($"seed {seed}: {Show(bytes)}\nis read as {lean}\ninstead of   {standard}");
                }

                if (afterLean.Body != "next" || afterStandard.Body != "next")
                    Assert.Fail($"seed {seed}: {Show(bytes)}\nis followed by {afterLean}");
                Interlocked.Add(ref answered, lean.Fault is null ? 1 : 0);
                Interlocked.Add(ref refused, lean.Fault is null ? 0 : 1);
                Interlocked.Add(ref reused, leanConnections == 1 ? 1 : 0);
            });

        Assert.True(answered > 5_000 && refused > 1_000 && reused > 1_000, $"the generator is one-sided: {answered} answered, {refused} refused, {reused} reused");
        Assert.All(Stricter, why => Assert.True(stricter.ContainsKey(why), $"nothing was refused as {why}"));
    }

    private static (Exchange First, Exchange Second, int Connections) RunLean(Wire wire) =>
        Run(LeanOver.Post(_ => new ValueTask<Stream>(wire.Connect())), wire);

    private static (Exchange First, Exchange Second, int Connections) RunStandard(Wire wire)
    {
        var handler = UpstreamHttpHandler.Create(null, TimeSpan.FromSeconds(10));
        handler.ConnectCallback = (_, _) => new ValueTask<Stream>(wire.Connect());
        using var transport = new HandlerTransport(new HttpMessageInvoker(handler));
        return Run(transport.Prepare(new HttpHead(HttpMethod.Post, new Uri("http://upstream.test/mcp"), [])), wire);
    }

    /// <summary>On a thread of the pool, whose continuations nobody else waits for.</summary>
    private static (Exchange First, Exchange Second, int Connections) Run(PreparedRequest request, Wire wire) => Task.Run(async () =>
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var first = await Exchange.RunAsync(request, Wire.Body, patience.Token);
        return (first, await Exchange.RunAsync(request, Wire.Body, patience.Token), wire.Connections);
    }).GetAwaiter().GetResult();

    private static string Show(byte[] bytes)
    {
        var text = Encoding.Latin1.GetString(bytes).Replace("\r", "<CR>").Replace("\n", "<LF>").Replace("\0", "<NUL>");
        return text.Length > 1000 ? $"{text[..500]} ... {text[^500..]}" : text;
    }
}
