using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Tests.Upstream.Http;

/// <summary>A server that sends and receives exactly the bytes a test says.</summary>
internal sealed class SocketServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private int _connections;

    /// <param name="serve">What happens on a connection; gets its number, from 0. It is closed at the end.</param>
    /// <param name="tls">Null serves without.</param>
    /// <param name="address">Null is 127.0.0.1.</param>
    public SocketServer(Func<SocketPeer, int, Task> serve, SslServerAuthenticationOptions? tls = null, IPAddress? address = null)
    {
        _tls = tls;
        _listener = new(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public Uri Url => new($"{(_tls is null ? "http" : "https")}://{_listener.LocalEndpoint}/mcp");

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Answers every request on every connection with this.</summary>
    public static SocketServer Answering(string answer, SslServerAuthenticationOptions? tls = null) => new(
        async (peer, _) =>
        {
            while (await peer.ReceiveAsync() is not null)
                await peer.SendAsync(answer);
        },
        tls);

    public PreparedRequest Post(HttpTransport transport, params KeyValuePair<string, string>[] headers) =>
        transport.Prepare(new HttpHead(HttpMethod.Post, Url, headers));

    public PreparedRequest Get(HttpTransport transport) => transport.Prepare(new HttpHead(HttpMethod.Get, Url, []));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        await Task.WhenAll(_serving);
    }

    private async Task AcceptAsync(Func<SocketPeer, int, Task> serve)
    {
        try
        {
            while (true)
                _serving.Add(ServeAsync(await _listener.AcceptSocketAsync(_stop.Token), Interlocked.Increment(ref _connections) - 1, serve));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException)
        {
            // the test is over
        }
    }

    private async Task ServeAsync(Socket socket, int number, Func<SocketPeer, int, Task> serve)
    {
        socket.NoDelay = true; // what a test splits arrives split, and at once
        await using Stream plain = new NetworkStream(socket, ownsSocket: true);
        await using var secure = _tls is null ? null : new SslStream(plain);
        try
        {
            if (secure is not null)
                await secure.AuthenticateAsServerAsync(_tls!, _stop.Token);
            await serve(new SocketPeer(socket, secure ?? plain, _stop.Token), number);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or ObjectDisposedException or AuthenticationException)
        {
            // the client has gone, or the test is over
        }
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class SocketPeer(Socket socket, Stream stream, CancellationToken cancellationToken)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    /// <summary>A request, head and body; null when the client has hung up.</summary>
    public async Task<string?> ReceiveAsync()
    {
        while (true)
        {
            var text = Encoding.UTF8.GetString(_buffer, 0, _length);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and > 0)
            {
                var head = text[..end];
                var length = head.IndexOf("Content-Length: ", StringComparison.Ordinal) is var at and >= 0
                    ? int.Parse(head[(at + 16)..].Split('\r')[0])
                    : 0;
                if (_length >= end + 4 + length)
                {
                    _length = 0;
                    return text;
                }
            }

            if (_length == _buffer.Length)
                Array.Resize(ref _buffer, 2 * _length);
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return null;
            _length += read;
        }
    }

    /// <summary>What of a request has come first.</summary>
    public async Task<string> ReceiveSomeAsync() => Encoding.UTF8.GetString(_buffer, 0, await stream.ReadAsync(_buffer, cancellationToken));

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), cancellationToken).AsTask();

    /// <summary>Waits until the client has hung up, whatever it still sends.</summary>
    public async Task UntilClosedAsync()
    {
        try
        {
            while (await stream.ReadAsync(_buffer, cancellationToken) > 0)
            {
                // of no interest
            }
        }
        catch (IOException)
        {
            // as good as closed
        }
    }

    /// <summary>Breaks the connection: what the client sends is refused, and it gets an error.</summary>
    public void Reset() => socket.Close(0);

    public void HangUp() => stream.Dispose();
}
