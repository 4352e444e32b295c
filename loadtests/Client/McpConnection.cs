using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Client;

/// <summary>
/// One keep-alive connection to an MCP server, one request at a time. Written for this program because HttpClient costs about as much as
/// what is measured, on cores that both share. A call that completes allocates nothing.
/// </summary>
internal sealed class McpConnection(McpTarget target, CancellationToken cancellationToken = default) : IAsyncDisposable
{
    /// <summary>An answer is a few hundred bytes; a head of 16 KB is none that a server here sends.</summary>
    private const int BufferSize = 16 * 1024;

    /// <summary>Ids are unique in the process: sixteen digits that begin with 1, then the connection, then the request.</summary>
    private const long FirstId = 1_000_000_000_000_000;

    private const long RequestsMax = 1_000_000_000;

    private static long _connections;

    private readonly long _idBase = FirstId + (Interlocked.Increment(ref _connections) % 1_000_000 * RequestsMax);
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly HttpAnswer _answer = new();

    private long _requests;
    private Stream? _stream;
    private CancellationTokenRegistration _abort;

    /// <summary>From the answer to initialize; null before, and where the server has none.</summary>
    public string? SessionId { get; private set; }

    public McpTarget Target => target;

    /// <summary>Whether a request waits for its answer. Written by the one who sends; read by who wants to end the connection.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>What the server said last, for those who want more than success.</summary>
    public ReadOnlySpan<byte> LastBody => _answer.Body;

    public async ValueTask ConnectAsync()
    {
        await CloseAsync();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target.Url.Host, target.Url.Port, cancellationToken);
            _stream = new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        // One registration for the connection, instead of one for each wait.
        _abort = cancellationToken.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket);
        if (target.IsTls)
        {
            var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
            _stream = tls;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = target.Url.Host, RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == target.Thumbprint }, cancellationToken);
        }
    }

    /// <summary>The handshake of 2025-06-18; with it the connection has a session, if the server has them.</summary>
    public async ValueTask<StepResult> InitializeAsync()
    {
        SessionId = null;
        var initialized = await SendAsync(McpCalls.Initialize(target));
        if (!initialized.IsOk)
        {
            return initialized;
        }

        SessionId = _answer.SessionId;
        return await SendAsync(McpCalls.Initialized(target, SessionId));
    }

    /// <summary>Ends the session.</summary>
    public async ValueTask<StepResult> DeleteAsync()
    {
        var result = await SendAsync(McpCalls.Delete(target, SessionId));
        SessionId = null;
        return result;
    }

    /// <summary>One tools/call in the session. For a call that is repeated, keep what <see cref="McpCalls.Tool"/> returns.</summary>
    public ValueTask<StepResult> CallAsync(string tool, string arguments) => SendAsync(McpCalls.Tool(target, SessionId, tool, arguments));

    /// <summary>Sends it with an id of its own, and judges the answer. Not two at once.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<StepResult> SendAsync(PreparedCall call)
    {
        call.SetId(_idBase + (++_requests % RequestsMax));
        var result = await ExchangeAsync(call.Request);
        return !result.IsOk ? result
            : _answer.Status != 200 ? StepResult.Fail($"status {_answer.Status}")
            : RpcAnswer.Check(_answer.Body, _answer.IsEventStream, call.Id) is { } wrong ? StepResult.Fail(wrong)
            : result;
    }

    /// <summary>Sends it with an id of its own, to a server that answers elsewhere: any success will do.</summary>
    public async ValueTask<StepResult> PostAsync(PreparedCall call)
    {
        call.SetId(_idBase + (++_requests % RequestsMax));
        return Accepted(await ExchangeAsync(call.Request));
    }

    /// <summary>The end of the handshake, to a server that has no session.</summary>
    public ValueTask<StepResult> NotifyInitializedAsync() => SendAsync(McpCalls.Initialized(target, null));

    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>A notification, or the end of a session: any success will do.</summary>
    private async ValueTask<StepResult> SendAsync(string request) => Accepted(await ExchangeAsync(Encoding.ASCII.GetBytes(request)));

    private StepResult Accepted(StepResult result) =>
        result.IsOk && _answer.Status is < 200 or > 299 ? StepResult.Fail($"status {_answer.Status}") : result;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StepResult> ExchangeAsync(ReadOnlyMemory<byte> request)
    {
        IsBusy = true;
        try
        {
            if (_stream is null)
            {
                await ConnectAsync();
            }

            await _stream!.WriteAsync(request, CancellationToken.None);
            var size = await ReceiveAsync(_stream);
            if (!_answer.KeepsAlive)
            {
                await CloseAsync();
            }

            return StepResult.Ok(size);
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException or InvalidDataException)
        {
            await CloseAsync();
            return StepResult.Fail(Reason(failure));
        }
        finally
        {
            IsBusy = false;
        }
    }

    /// <returns>Bytes received.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Stream stream)
    {
        _answer.Reset();
        var (size, kept) = (0, 0);
        while (true)
        {
            if (kept == _buffer.Length)
            {
                throw new InvalidDataException($"a line of more than {BufferSize} bytes");
            }

            var received = await stream.ReadAsync(_buffer.AsMemory(kept), CancellationToken.None);
            if (received == 0)
            {
                return _answer.End() ? size : throw new EndOfStreamException();
            }

            size += received;
            kept += received;
            var consumed = _answer.Read(_buffer.AsSpan(0, kept));
            if (_answer.IsComplete)
            {
                return consumed == kept ? size : throw new InvalidDataException("bytes after the end of the answer");
            }

            _buffer.AsSpan(consumed, kept - consumed).CopyTo(_buffer);
            kept -= consumed;
        }
    }

    private async ValueTask CloseAsync()
    {
        await _abort.DisposeAsync();
        if (Interlocked.Exchange(ref _stream, null) is { } stream)
        {
            await stream.DisposeAsync();
        }
    }

    private static string Reason(Exception failure) => failure switch
    {
        InvalidDataException => failure.Message,
        EndOfStreamException => "the connection ended before the answer",
        SocketException socket => $"connect: {socket.SocketErrorCode}",
        IOException { InnerException: SocketException socket } => $"connection lost: {socket.SocketErrorCode}",
        _ => $"connection lost: {failure.GetType().Name}",
    };
}
