using System.Text;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>The first requirement: nobody gets another's answer, whatever is cancelled, cut or left unread around him.</summary>
public sealed class IsolationTests
{
    private const int Tasks = 24;
    private const int Calls = 150;

    [Fact]
    public async Task Nobody_gets_anothers_answer()
    {
        using var transport = TestTransport.NewLean();
        await using var server = new SocketServer(ServeAsync);
        var request = server.Post(transport);
        var ends = new int[5];

        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(() => CallAsync(request, task, ends), TestContext.Current.CancellationToken)));

        var (answered, cancelled, left, lost) = (ends[0], ends[1], ends[2], ends[3]);
        Assert.True(answered > 200 && cancelled > 50 && left > 50 && lost > 20, $"one-sided: {string.Join(' ', ends)}");
        Assert.True(server.Connections < Tasks * Calls, "no connection was used twice");
    }

    private static async Task CallAsync(PreparedRequest request, int task, int[] ends)
    {
        var random = new Random(task);
        for (var call = 0; call < Calls; call++)
        {
            var name = $"{task}-{call};";
            using var cancellation = new CancellationTokenSource();
            if (random.Next(4) == 0)
                cancellation.CancelAfter(TimeSpan.FromMicroseconds(random.Next(2000)));
            try
            {
                await using var answer = await request.SendAsync([], Encoding.ASCII.GetBytes(name), cancellation.Token);
                if (random.Next(8) == 0)
                {
                    Interlocked.Increment(ref ends[2]);
                    continue; // left unread
                }

                var text = await Exchange.TextAsync(answer, cancellation.Token);
                if (text.Replace(name, "", StringComparison.Ordinal).Length != 0)
                    Assert.Fail($"the answer to {name} is {text}");
                Interlocked.Increment(ref ends[0]);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref ends[1]);
            }
            catch (UpstreamException lost) when (lost.Fault.Kind == UpstreamFaultKind.ConnectionLost)
            {
                Interlocked.Increment(ref ends[3]);
            }
        }
    }

    /// <summary>Answers with the request's body, many times over, now and then late, in pieces, or not to the end.</summary>
    private static async Task ServeAsync(SocketPeer peer, int number)
    {
        var random = new Random(number);
        while (await peer.ReceiveAsync() is { } request)
        {
            var name = request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            var body = string.Concat(Enumerable.Repeat(name, random.Next(1, 1500)));
            var answer = random.Next(2) == 0
                ? $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"
                : $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
            var cut = random.Next(answer.Length);
            await peer.SendAsync(answer[..cut]);
            if (random.Next(20) == 0)
                return;
            await Task.Yield();
            await peer.SendAsync(answer[cut..]);
            if (random.Next(20) == 0)
                return; // hung up on while it is idle, or while the next request is on its way
        }
    }
}
