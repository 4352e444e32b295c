using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>
/// An answer that ends in the middle. Written past Kestrel, straight to the socket, and ended with a FIN: aborting through Kestrel
/// resets the connection, and a reset throws away what the other side has not read yet, so nobody could say what it saw.
/// </summary>
internal sealed class CutAnswer
{
    private readonly HttpContext _context;
    private readonly Socket _socket;

    private CutAnswer(HttpContext context)
    {
        _context = context;
        _socket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
    }

    public static async Task<CutAnswer> BeginAsync(HttpContext context)
    {
        var answer = new CutAnswer(context);
        var head = new StringBuilder("HTTP/1.1 ").Append(context.Response.StatusCode).Append(" told to be cut\r\n");
        context.Response.Headers.TransferEncoding = "chunked";
        foreach (var (name, value) in context.Response.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        context.Response.Headers.Clear();
        await answer.SendAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()));
        return answer;
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > 0)
        {
            await SendAsync(Encoding.ASCII.GetBytes(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
            await SendAsync(bytes);
            await SendAsync("\r\n"u8.ToArray());
        }
    }

    /// <summary>Writes the first half, ends the connection, and waits for the other side to notice.</summary>
    public async Task CutInAsync(ReadOnlyMemory<byte> bytes)
    {
        await WriteAsync(bytes[..(bytes.Length / 2)]);
        _socket.Shutdown(SocketShutdown.Send);
        var noticed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (_context.RequestAborted.Register(noticed.SetResult))
        {
            await noticed.Task;
        }

        _context.Abort();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, _context.RequestAborted)..];
        }
    }
}
