using System.Buffers;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>One stream of a 2024-11-05 server and the way up that belongs to it. The session lives as long as the stream.</summary>
internal sealed class SseConnection
{
    /// <summary>Answers to the server's pings that may be on their way at once: more is a server that floods.</summary>
    private const int MaxPongs = 16;

    private readonly AnswerMatcher _matcher = new();
    private readonly CancellationTokenSource _ended; // no timer, no handle: needs no disposal
    private readonly SseMessages _messages;
    private readonly Task _reading;

    /// <summary>The stream of the server's own messages that is open. Replaced by openers (Interlocked).</summary>
    private UnrelatedReply? _stream;

    /// <summary>Written by the reader and by pongs that end (Interlocked).</summary>
    private int _pongs;

    /// <param name="stream">The GET's answer; owned.</param>
    /// <param name="frames">Its events, behind the endpoint event; owned.</param>
    /// <param name="messages">The way up.</param>
    /// <param name="ended">Ends the reading of <paramref name="frames"/>.</param>
    public SseConnection(UpstreamReply stream, IAsyncEnumerator<SseFrame> frames, SseMessages messages, CancellationTokenSource ended)
    {
        (_messages, _ended) = (messages, ended);
        _reading = ReadAsync(stream, frames);
    }

    private static EmptyReply Gone => new(ReplyKind.SessionGone);

    /// <summary>Sends one message and waits for the first that comes for it, where it asks for something.</summary>
    /// <param name="message">JSON-RPC, whole.</param>
    /// <param name="headers">Headers of this request alone.</param>
    /// <param name="isGateways">Whether the gateway asks by itself.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<UpstreamReply> SendAsync(
        ReadOnlyMemory<byte> message,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        bool isGateways,
        CancellationToken cancellationToken)
    {
        if (_matcher.IsBroken)
            return Gone;
        var reply = WaitingFor(message.Span, isGateways) is { IsAnswered: false } request
            ? await AskAsync(request, message, headers, cancellationToken)
            : await _messages.PostAsync(message, headers, cancellationToken);
        if (reply.Kind == ReplyKind.SessionGone)
            await _ended.CancelAsync(); // the stream of a session the upstream forgot is of no use
        return reply;
    }

    /// <summary>What the server sends on its own. A later stream ends an earlier one.</summary>
    public UpstreamReply OpenStream()
    {
        if (_matcher.IsBroken)
            return Gone;
        var stream = new UnrelatedReply(_matcher.Unrelated);
        Interlocked.Exchange(ref _stream, stream)?.End();
        return stream;
    }

    /// <summary>Ends the stream, and with it the session. Never throws.</summary>
    public async ValueTask CloseAsync()
    {
        await _ended.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static WaitingRequest? WaitingFor(ReadOnlySpan<byte> message, bool isGateways) =>
        Envelope.Read(message, out var envelope) == EnvelopeError.None && envelope.Kind is MessageKind.Request or MessageKind.Batch
            ? new WaitingRequest(message, envelope, isGateways)
            : null;

    private async ValueTask<UpstreamReply> AskAsync(
        WaitingRequest request,
        ReadOnlyMemory<byte> message,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        CancellationToken cancellationToken)
    {
        if (!_matcher.TryExpect(request))
            return Gone;
        try
        {
            // Some servers answer the POST when the call has ended, so who waits for that would never see what they ask before. And
            // because the POST may outlast the answer, it has the message in memory of its own.
            var posting = _messages.PostAsync(message.ToArray(), headers, cancellationToken);
            var first = MatchedReply.FirstAsync(_matcher, request, cancellationToken).AsTask();
            if (await Task.WhenAny(posting, first) == posting && await posting is { Kind: not ReplyKind.Accepted } refused)
            {
                _matcher.Forget(request);
                return refused;
            }

            return await first;
        }
        catch (UpstreamException broken)
        {
            return new FaultReply(broken.Fault);
        }
        catch
        {
            _matcher.Forget(request);
            throw;
        }
    }

    private async Task ReadAsync(UpstreamReply stream, IAsyncEnumerator<SseFrame> frames)
    {
        var fault = HttpFaults.ConnectionLost(null);
        try
        {
            while (await frames.MoveNextAsync())
                Take(frames.Current);
        }
        catch (UpstreamException broken)
        {
            fault = broken.Fault;
        }
        finally
        {
            _matcher.Break(fault);
            await frames.DisposeAsync();
            await stream.DisposeAsync();
        }
    }

    /// <summary>What is no message is passed over: one bad event must not cost the session.</summary>
    private void Take(in SseFrame frame)
    {
        if (frame.Event is not (null or "message") || Envelope.Read(frame.Data.Span, out var envelope) != EnvelopeError.None)
            return;
        if (envelope is { Kind: MessageKind.Request, Method: McpMethod.Ping })
            Pong(envelope.Id.Of(frame.Data.Span));
        else
            _matcher.Take(frame.Data.ToArray(), envelope);
    }

    /// <summary>A ping asks about this connection, which nobody else may be using now.</summary>
    private void Pong(ReadOnlySpan<byte> id)
    {
        if (Volatile.Read(ref _pongs) >= MaxPongs)
            return;
        Interlocked.Increment(ref _pongs);
        var pong = new ArrayBufferWriter<byte>(64);
        JsonRpcResult.Write(pong, id, "{}"u8);
        _ = SendAsync(pong.WrittenMemory);

        async Task SendAsync(ReadOnlyMemory<byte> message)
        {
            try
            {
                await using var taken = await _messages.PostAsync(message, [], _ended.Token);
            }
            finally
            {
                Interlocked.Decrement(ref _pongs);
            }
        }
    }
}
