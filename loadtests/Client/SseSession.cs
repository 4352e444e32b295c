using System.Net.Sockets;
using System.Text;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Client;

/// <summary>
/// A client of HTTP+SSE (2024-11-05): requests are posted on one connection, answers come as events on another. One request at a time. For
/// gateways that speak nothing newer.
/// </summary>
internal sealed class SseSession : IAsyncDisposable
{
    private static readonly byte[] EndOfEvent = "\n\n"u8.ToArray();

    private readonly Socket _stream;
    private readonly CancellationTokenRegistration _abort;
    private readonly HttpAnswer _events = new();
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _kept;
    private McpConnection _posts;

    private SseSession(Socket stream, McpTarget target, CancellationToken cancellationToken)
    {
        (_stream, _posts) = (stream, new McpConnection(target, cancellationToken));
        _abort = cancellationToken.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), stream);
    }

    /// <summary>Where the server wants messages.</summary>
    public McpTarget Target => _posts.Target;

    public static async Task<SseSession> OpenAsync(McpTarget target, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target.Url.Host, target.Url.Port, cancellationToken);
        var session = new SseSession(socket, target, cancellationToken);
        session._events.Reset();
        var request = $"GET {target.Url.PathAndQuery} HTTP/1.1\r\nHost: {target.Url.Authority}\r\nAccept: text/event-stream\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        await session.ReadEventsAsync();
        session._posts = new McpConnection(target with { Url = new Uri(target.Url, session.TakeEndpoint()) }, cancellationToken);
        return session;
    }

    public async ValueTask<StepResult> InitializeAsync()
    {
        var result = await SendAsync(McpCalls.Initialize(Target));
        return result.IsOk ? await _posts.NotifyInitializedAsync() : result;
    }

    /// <summary>Posts it with an id of its own, waits for the answer, and judges it.</summary>
    public async ValueTask<StepResult> SendAsync(PreparedCall call)
    {
        var result = await _posts.PostAsync(call);
        try
        {
            return result.IsOk ? await AnswerAsync(call) : result;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            return StepResult.Fail($"stream lost: {failure.GetType().Name}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _abort.DisposeAsync();
        _stream.Dispose();
        await _posts.DisposeAsync();
    }

    private async ValueTask<StepResult> AnswerAsync(PreparedCall call)
    {
        while (true)
        {
            var length = await ReadEventsAsync();
            var wrong = RpcAnswer.Check(_events.Body[..length], isEventStream: true, call.Id);
            _events.Drop(length);
            if (wrong != RpcAnswer.NoAnswer)
            {
                return wrong is null ? StepResult.Ok(length) : StepResult.Fail(wrong);
            }
        }
    }

    /// <summary>Reads until there is an event.</summary>
    /// <returns>Bytes of the body up to the end of the last event that is complete.</returns>
    private async ValueTask<int> ReadEventsAsync()
    {
        while (true)
        {
            if (_events.Body.LastIndexOf(EndOfEvent) is >= 0 and var end)
            {
                return end + EndOfEvent.Length;
            }

            var read = await _stream.ReceiveAsync(_buffer.AsMemory(_kept));
            if (read == 0)
            {
                throw new EndOfStreamException();
            }

            _kept += read;
            var consumed = _events.Read(_buffer.AsSpan(0, _kept));
            _buffer.AsSpan(consumed, _kept - consumed).CopyTo(_buffer);
            _kept -= consumed;
        }
    }

    /// <summary>The first event says where messages go.</summary>
    private string TakeEndpoint()
    {
        var length = _events.Body.LastIndexOf(EndOfEvent) + EndOfEvent.Length;
        var text = Encoding.UTF8.GetString(_events.Body[..length]);
        _events.Drop(length);
        const string Data = "data:";
        return text.Split('\n').First(line => line.StartsWith(Data, StringComparison.Ordinal))[Data.Length..].Trim();
    }
}
