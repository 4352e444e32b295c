using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Mcp.Upstream.Http;
using EdgeGateway.Pooling.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>When a connection is used again, when not, and what happens when the upstream has closed it.</summary>
public sealed class ReuseTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    private readonly FakeTimeProvider _clock = new();
    private readonly LeanTransport _transport;

    public ReuseTests() => _transport = TestTransport.NewLean(clock: _clock);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task A_request_goes_out_in_one_piece_with_what_is_its_own_behind_what_is_everyones()
    {
        var received = new TaskCompletionSource<string>();
        await using var server = new SocketServer(async (peer, _) =>
        {
            received.SetResult(await peer.ReceiveSomeAsync());
            await peer.SendAsync(Ok);
        });
        var request = server.Post(_transport, Answers.Header("X-A", "\u00e9"));

        await using var answer = await request.SendAsync([Answers.Header("X-B", "2"), Answers.Header("Connection", "close")], "{}"u8.ToArray(), Cancelled);

        Assert.Equal(
            $"POST /mcp HTTP/1.1\r\nHost: {server.Url.Authority}\r\nX-A: \u00e9\r\nContent-Type: application/json\r\nX-B: 2\r\nContent-Length: 2\r\n\r\n{{}}",
            await received.Task);
    }

    [Fact]
    public async Task A_configured_host_is_the_host()
    {
        var received = new TaskCompletionSource<string>();
        await using var server = new SocketServer(async (peer, _) =>
        {
            received.SetResult(await peer.ReceiveSomeAsync());
            await peer.SendAsync(Ok);
        });

        await Exchange.RunAsync(server.Post(_transport, Answers.Header("host", "inner.example")), "{}"u8.ToArray(), Cancelled);

        Assert.StartsWith("POST /mcp HTTP/1.1\r\nhost: inner.example\r\nContent-Type", await received.Task);
    }

    [Fact]
    public async Task What_the_upstream_closed_while_it_was_idle_costs_no_call()
    {
        var closed = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(Ok);
            peer.HangUp();
            closed.TrySetResult();
        });
        var request = server.Post(_transport);

        Assert.Equal("hi", (await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled)).Body);
        await closed.Task;
        Assert.Equal("hi", (await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled)).Body);
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, UpstreamFaultKind.ConnectionLost)]
    public async Task A_kept_connection_that_dies_under_a_request_repeats_it_only_where_it_has_no_body(bool isGet, UpstreamFaultKind? fault)
    {
        var requests = 0;
        await using var server = new SocketServer(async (peer, number) =>
        {
            while (await peer.ReceiveAsync() is not null)
            {
                if (Interlocked.Increment(ref requests) == 2)
                    return; // read, and hung up on
                await peer.SendAsync(Ok);
            }
        });
        var request = isGet ? server.Get(_transport) : server.Post(_transport);
        var body = isGet ? default(ReadOnlyMemory<byte>) : "{}"u8.ToArray();

        await Exchange.RunAsync(request, body, Cancelled);
        var second = await Exchange.RunAsync(request, body, Cancelled);

        Assert.Equal(fault, second.Fault?.Kind);
        Assert.Equal(isGet ? 3 : 2, requests);
    }

    [Fact]
    public async Task A_new_connection_that_dies_is_not_tried_again()
    {
        var requests = 0;
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            Interlocked.Increment(ref requests);
        });

        Assert.Equal(UpstreamFaultKind.ConnectionLost, (await Exchange.RunAsync(server.Get(_transport), default, Cancelled)).Fault?.Kind);
        Assert.Equal(1, requests);
    }

    [Theory]
    [InlineData(59, 1)]
    [InlineData(61, 2)]
    public async Task An_idle_connection_is_kept_for_a_minute(int seconds, int connections)
    {
        await using var server = SocketServer.Answering(Ok);
        var request = server.Post(_transport);

        await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);

        Assert.Equal(connections, server.Connections);
    }

    [Fact]
    public async Task A_busy_connection_is_kept_for_a_quarter_of_an_hour()
    {
        await using var server = SocketServer.Answering(Ok);
        var request = server.Post(_transport);

        for (var second = 0; second < 15 * 60; second += 30)
        {
            await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);
            Assert.Equal(1, server.Connections);
            _clock.Advance(TimeSpan.FromSeconds(30));
        }

        await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task What_nobody_uses_is_closed_though_nobody_asks()
    {
        var closed = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            await peer.SendAsync(Ok);
            await peer.UntilClosedAsync();
            closed.SetResult();
        });

        await Exchange.RunAsync(server.Post(_transport), "{}"u8.ToArray(), Cancelled);
        _clock.Advance(TimeSpan.FromMinutes(2));

        await closed.Task.WaitAsync(Cancelled);
    }

    [Fact]
    public async Task Of_a_burst_a_thousand_connections_are_kept()
    {
        var (made, closed) = (0, 0);
        var request = LeanOver.Post(_ =>
        {
            made++;
            return new ValueTask<Stream>(new EchoStream(() => closed++));
        });
        var answers = new List<HttpAnswer>();
        for (var call = 0; call < 1002; call++)
            answers.Add(await request.SendAsync([], "{}"u8.ToArray(), Cancelled));

        foreach (var answer in answers)
        {
            await Exchange.TextAsync(answer, Cancelled);
            await answer.DisposeAsync();
        }

        Assert.Equal((1002, 2), (made, closed));
        await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled);
        Assert.Equal((1002, 2), (made, closed));
    }

    [Fact]
    public async Task What_sweeps_for_everybody_does_not_run_in_the_first_callers_context()
    {
        var clock = new FlowingClock();
        using var transport = TestTransport.NewLean(clock: clock);
        await using var server = SocketServer.Answering(Ok);
        clock.Caller.Value = "first";
        await Exchange.RunAsync(server.Post(transport), "{}"u8.ToArray(), Cancelled);
        clock.Caller.Value = null;

        clock.Advance(TimeSpan.FromMinutes(2));

        Assert.NotEmpty(clock.Ran);
        Assert.All(clock.Ran, Assert.Null);
    }

    [Fact]
    public async Task A_body_that_is_nearly_read_is_read_to_its_end()
    {
        var goOn = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is not null)
            {
                await peer.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n");
                await goOn.Task;
                await peer.SendAsync("\r\n");
            }
        });
        var request = server.Post(_transport);

        var answer = await request.SendAsync([], "{}"u8.ToArray(), Cancelled);
        await answer.DisposeAsync();
        goOn.SetResult();
        while ((await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled)).Body == "hi" && server.Connections == 1)
        {
            // the drained connection has come back: no new one was made
            return;
        }

        Assert.True(server.Connections <= 2); // the request was faster than the rest of the answer before
    }

    [Fact]
    public async Task A_body_that_goes_on_is_cut()
    {
        var closed = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, _) =>
        {
            await peer.ReceiveAsync();
            await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\nbegin");
            await peer.UntilClosedAsync();
            closed.SetResult();
        });

        var answer = await server.Post(_transport).SendAsync([], "{}"u8.ToArray(), Cancelled);
        await answer.DisposeAsync();

        await closed.Task.WaitAsync(Cancelled);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Exchange.TextAsync(answer, Cancelled));
        Assert.Null(answer.ContentType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    public async Task Cancelling_ends_the_wait_and_the_connection(string part)
    {
        using var cancellation = new CancellationTokenSource();
        var closed = new TaskCompletionSource();
        await using var server = new SocketServer(async (peer, number) =>
        {
            await peer.ReceiveAsync();
            if (number == 0)
            {
                await peer.SendAsync(part);
                await cancellation.CancelAsync();
                await peer.UntilClosedAsync();
                closed.SetResult();
            }
            else
            {
                await peer.SendAsync(Ok);
            }
        });
        var request = server.Post(_transport);

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Exchange.RunAsync(request, "{}"u8.ToArray(), cancellation.Token));

        Assert.Equal(cancellation.Token, cancelled.CancellationToken);
        await closed.Task.WaitAsync(Cancelled);
        Assert.Equal("hi", (await Exchange.RunAsync(request, "{}"u8.ToArray(), Cancelled)).Body);
    }

    [Fact]
    public async Task Nobody_who_accepts_is_refused_in_time()
    {
        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        listener.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        listener.Listen(); // accepts TCP, says nothing of TLS
        var request = _transport.Prepare(new HttpHead(HttpMethod.Get, new Uri($"https://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndPoint!).Port}/"), []));

        var connecting = Exchange.RunAsync(request, default, Cancelled);
        using var client = await listener.AcceptAsync(Cancelled);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(UpstreamFaultKind.Refused, (await connecting).Fault?.Kind);
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_told_as_that() => Assert.Equal(
        UpstreamFaultKind.Dns,
        (await Exchange.RunAsync(_transport.Prepare(new HttpHead(HttpMethod.Get, new Uri("http://nobody.invalid/"), [])), default, Cancelled)).Fault?.Kind);
}
