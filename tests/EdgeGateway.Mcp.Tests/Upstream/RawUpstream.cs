using System.Net;
using System.Net.Sockets;

namespace EdgeGateway.Mcp.Tests.Upstream;

/// <summary>Answers one connection with bytes no server library would send.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    public RawUpstream(byte[] answer)
    {
        _listener.Start();
        _serving = ServeAsync(answer, TestContext.Current.CancellationToken);
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/mcp");

    public async ValueTask DisposeAsync()
    {
        await _serving;
        _listener.Dispose();
    }

    private async Task ServeAsync(byte[] answer, CancellationToken cancellationToken)
    {
        using var client = await _listener.AcceptTcpClientAsync(cancellationToken);
        var stream = client.GetStream();
        await stream.ReadAtLeastAsync(new byte[65536], 1, cancellationToken: cancellationToken);
        await stream.WriteAsync(answer, cancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        while (await stream.ReadAsync(new byte[4096], cancellationToken) > 0)
        {
            // until the gateway hangs up: closing with unread bytes would reset the connection before the answer is read
        }
    }
}
