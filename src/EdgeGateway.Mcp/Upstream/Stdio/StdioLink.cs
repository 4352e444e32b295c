using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Carries messages to one process and sorts what comes back. Requests may run at once.</summary>
internal sealed class StdioLink
{
    /// <summary>As for an event over HTTP: a message with a file of tens of megabytes passes, an endless one does not.</summary>
    public const int LongestLine = Sse.SseReader.MaxEventBytes;

    /// <summary>A process that closed its output mostly ends by itself; then its exit code tells more.</summary>
    private static readonly TimeSpan ExitTime = TimeSpan.FromMilliseconds(500);

    /// <summary>What a process left behind may hold its output open; what lies in the pipe is read in less.</summary>
    private static readonly TimeSpan ReadRestTime = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After a cancel most servers answer no more. Longer than the 5 s after which the gateway itself gives up a request whose
    /// caller has left.
    /// </summary>
    private static readonly TimeSpan CancelledTime = TimeSpan.FromSeconds(10);

    // Counts processes. Written by whoever starts one (Interlocked); read by nobody else.
    private static int _started;

    private readonly StdioProcess _process;
    private readonly IStdioLog _log;
    private readonly TimeProvider _clock;
    private readonly LineWriter _writer;
    private readonly MessageRouter _router = new();

    // 0 while the process lives, 1 once it is lost or closed. Written by whoever is first (Interlocked); read by every request.
    private int _isGone;

    // Whether the gateway wanted it to end. Written before the process is told to; read for the log.
    private volatile bool _isClosed;

    private StdioLink(StdioProcess process, IStdioLog log, TimeProvider clock)
    {
        _process = process;
        _log = log;
        _clock = clock;
        _writer = new LineWriter(process.Input, clock);
    }

    /// <summary>Never disposed: requests may still look at it, and it has no timer.</summary>
    private CancellationTokenSource StopReading { get; } = new();

    public bool IsGone => Volatile.Read(ref _isGone) != 0;

    /// <summary>Starts the process.</summary>
    /// <exception cref="UpstreamException">It could not be started.</exception>
    public static StdioLink Start(StdioCommand command, IStdioLog log, TimeProvider clock)
    {
        var link = new StdioLink(StdioProcess.Start(command), log, clock);
        log.Started(link._process.Pid);
        _ = link.RunAsync();
        return link;
    }

    /// <inheritdoc cref="MessageRouter.Share"/>
    public void Share() => _router.Share();

    /// <summary>As <see cref="UpstreamSession.PostAsync"/>.</summary>
    /// <param name="message">One message, no batch.</param>
    /// <param name="isOurs">The gateway asks on its own behalf.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<UpstreamReply> PostAsync(ReadOnlyMemory<byte> message, bool isOurs, CancellationToken cancellationToken)
    {
        var isWhole = Envelope.Read(message.Span, out var envelope) == EnvelopeError.None;
        return PostAsync(message, isWhole, envelope, isOurs, cancellationToken);
    }

    /// <summary>As the other, for a message that was looked at already.</summary>
    /// <param name="message">One message, no batch.</param>
    /// <param name="isWhole">Nothing is wrong with it.</param>
    /// <param name="envelope">Its parts.</param>
    /// <param name="isOurs">The gateway asks on its own behalf.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public ValueTask<UpstreamReply> PostAsync(ReadOnlyMemory<byte> message, bool isWhole, in Envelope envelope, bool isOurs, CancellationToken cancellationToken)
    {
        if (!isWhole || envelope.Kind != MessageKind.Request)
            return TellAsync(message, envelope, cancellationToken);
        if (_router.TryBegin(message.Span, envelope, isOurs) is { } request)
            return AskAsync(request, message, cancellationToken);
        return new(IsGone ? new EmptyReply(ReplyKind.SessionGone) : new FaultReply(StdioFaults.IdInUse));
    }

    /// <summary>As <see cref="UpstreamSession.OpenStreamAsync"/>.</summary>
    public UpstreamReply Listen() => IsGone ? new EmptyReply(ReplyKind.SessionGone) : _router.ServerMessages.Listen();

    /// <summary>Ends the process: politely, then not. Never throws.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        Lose(StdioFaults.Closed);
        await _process.CloseAsync(_clock, cancellationToken);
    }

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        Lose(StdioFaults.Closed);
        _process.Kill();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<UpstreamReply> AskAsync(RunningRequest request, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var isOver = false;
        try
        {
            if (!await SendAsync(message, cancellationToken))
                return new EmptyReply(ReplyKind.SessionGone);
            var first = await request.FirstAsync(cancellationToken);
            isOver = true;
            return first == request.AnswerMessage
                ? new LineReply(first)
                : new LinesReply(first, request.Others, () => _router.End(request));
        }
        catch (UpstreamException failed)
        {
            return new FaultReply(failed.Fault);
        }
        finally
        {
            if (!isOver)
                _router.End(request);
        }
    }

    private async ValueTask<UpstreamReply> TellAsync(ReadOnlyMemory<byte> message, Envelope envelope, CancellationToken cancellationToken)
    {
        if (IsGone || !await SendAsync(message, cancellationToken))
            return new EmptyReply(ReplyKind.SessionGone);
        if (envelope is { Method: McpMethod.Cancelled, CancelledId.Exists: true })
            _ = EndCancelledAsync(envelope.CancelledId.Of(message).ToArray());
        return new EmptyReply(ReplyKind.Accepted);
    }

    /// <summary>False: the process takes nothing any more, and is ended.</summary>
    private ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var writing = _writer.WriteAsync(message);
        return writing is { IsCompletedSuccessfully: true, Result: true } ? new(true) : WaitAsync(writing, cancellationToken);
    }

    private async ValueTask<bool> WaitAsync(Task<bool> writing, CancellationToken cancellationToken)
    {
        if (await writing.WaitAsync(cancellationToken))
            return true;

        // It does not read, or has ended. What follows half a line would not be understood.
        _process.Kill();
        return false;
    }

    /// <summary>A cancelled request gets no answer, as the specification wants it; who waits for it still must not wait for ever.</summary>
    private async Task EndCancelledAsync(byte[] id)
    {
        if (_router.Find(id) is not { } request)
            return;
        await Task.Delay(CancelledTime, _clock, StopReading.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_router.End(request))
            return;
        var answer = new ArrayBufferWriter<byte>(160);
        JsonRpcError.Write(answer, id, JsonRpcError.ServerError, "The request was cancelled; the upstream did not answer it.", "cancelled");
        request.Answer(answer.WrittenSpan.ToArray());
    }

    /// <summary>From start to end of the process.</summary>
    private async Task RunAsync()
    {
        // The threads that wait for descriptors are given them in turn, two by each process: begun in one order only, the outputs of
        // all processes would be read by the same thread.
        var isOdd = (Interlocked.Increment(ref _started) & 1) != 0;
        var early = isOdd ? ReadAsync() : null;
        var said = IgnoreEndAsync(new StderrLog(_process.Pid, _log, _clock).RunAsync(_process.Error, StopReading.Token));
        var reading = early ?? ReadAsync();
        await Task.WhenAny(reading, _process.Exited);
        if (!reading.IsCompleted)
            await reading.WaitAsync(ReadRestTime, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else
            await ((Task)_process.Exited).WaitAsync(ExitTime, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Kill();
        var exitCode = await _process.Exited;
        await said.WaitAsync(ReadRestTime, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Lose(StdioFaults.Ended(exitCode), wanted: false);
        await StopReading.CancelAsync();
        await Task.WhenAll(said, reading);
        _process.Dispose();
        _log.Ended(_process.Pid, exitCode, _isClosed);
    }

    private Task ReadAsync() => IgnoreEndAsync(ReadLinesAsync(StopReading.Token));

    /// <summary>On the thread that waits for the pipe, wherever the process was started from: who waits for an answer goes on from there.</summary>
    private async Task ReadLinesAsync(CancellationToken cancellationToken)
    {
        var lines = new LineReader(_process.Output, LongestLine);
        while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.IsCut)
            {
                _log.NotAMessage(_process.Pid, StdioFaults.LineTooLong.Message);
                _router.Fail(StdioFaults.LineTooLong);
            }
            else if (!line.Bytes.Span.Trim(" \t"u8).IsEmpty)
            {
                Take(line.Bytes.Span);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        switch (_router.Route(line, out var envelope))
        {
            case Routed.Dropped:
                _log.Dropped(_process.Pid, envelope.Kind == MessageKind.Response ? "an answer nobody waits for" : "a notification nobody listens to");
                break;
            case Routed.Ping:
                var pong = new ArrayBufferWriter<byte>();
                JsonRpcResult.Write(pong, envelope.Id.Of(line), "{}"u8);
                Reply(pong);
                break;
            case Routed.Refused:
                _log.Dropped(_process.Pid, "a request with nobody to ask");
                var refusal = new ArrayBufferWriter<byte>();
                JsonRpcError.Write(refusal, envelope.Id.Of(line), JsonRpcError.MethodNotFound, "There is no client to ask.");
                Reply(refusal);
                break;
            case Routed.NotAMessage:
                _log.NotAMessage(_process.Pid, VisibleText.Quote(Encoding.UTF8.GetString(line[..Math.Min(line.Length, 1000)])));
                break;
        }
    }

    private void Reply(ArrayBufferWriter<byte> message) => _ = SendAsync(message.WrittenMemory, CancellationToken.None).AsTask();

    private static async Task IgnoreEndAsync(Task reading)
    {
        try
        {
            await reading;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The process is gone: that is all there is to know.
        }
    }

    private void Lose(UpstreamFault fault, bool wanted = true)
    {
        if (Interlocked.Exchange(ref _isGone, 1) != 0)
            return;
        _isClosed = wanted;
        _router.Close(fault);
    }
}
