using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>
/// Tells apart what arrives on the one stream of a session: answers by id, progress by token; what the server asks goes along
/// with the request begun last, because a server asks while it works. The rest is the session's own. Free of any transport.
/// </summary>
internal sealed class AnswerMatcher
{
    /// <summary>The last minutes of a busy server's own notifications.</summary>
    private const int MaxUnrelated = 256;

    /// <summary>Idle sessions have nobody who reads: a thousand of them may cost a gigabyte at the worst.</summary>
    private const long MaxUnrelatedBytes = 1024 * 1024;

    private readonly Lock _lock = new();

    // All below: under the lock. A list, because a session runs a handful of requests at once, and the one that waits longest is first.
    private readonly List<WaitingRequest> _waiting = [];
    private bool _broken;

    /// <summary>What belongs to no request.</summary>
    public MessageQueue Unrelated { get; } = new(MaxUnrelated, MaxUnrelatedBytes);

    public bool IsBroken
    {
        get
        {
            lock (_lock)
                return _broken;
        }
    }

    /// <summary>Waits for what a message asks for, which is to be sent after this.</summary>
    /// <returns>False when nothing can come any more.</returns>
    public bool TryExpect(WaitingRequest request)
    {
        lock (_lock)
        {
            if (!_broken)
                _waiting.Add(request);
            return !_broken;
        }
    }

    /// <summary>Nobody waits for this any longer: a late answer is dropped.</summary>
    public void Forget(WaitingRequest request)
    {
        lock (_lock)
            _waiting.Remove(request);
        request.Messages.Complete();
    }

    /// <summary>Hands a message to whom it is for.</summary>
    /// <param name="message">JSON-RPC, accepted by <see cref="Envelope.Read"/>; kept.</param>
    /// <param name="envelope">Its parts.</param>
    public void Take(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        if (envelope.Kind != MessageKind.Batch)
        {
            TakeOne(message, envelope);
            return;
        }

        // Its messages may answer different requests.
        foreach (var part in Envelope.Messages(message.Span))
        {
            if (Envelope.Read(part.Of(message.Span), out var inner) == EnvelopeError.None && inner.Kind != MessageKind.Batch)
                TakeOne(part.Of(message), inner);
        }
    }

    /// <summary>The stream is gone: who waits gets the fault, and nobody can wait any more.</summary>
    public void Break(UpstreamFault fault)
    {
        lock (_lock)
        {
            _broken = true;
            _waiting.ForEach(request => request.Messages.Complete(fault));
            _waiting.Clear();
        }

        Unrelated.Complete(fault);
    }

    private void TakeOne(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        lock (_lock)
        {
            if (envelope.Kind == MessageKind.Response)
                TakeResponse(message, envelope);
            else
                (Related(message.Span, envelope)?.Messages ?? Unrelated).Add(new(message, IsAnswer: false));
        }
    }

    private void TakeResponse(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        var id = envelope.Id.Exists ? MessageId.Canonical(envelope.Id.Of(message.Span)) : null;
        var request = id is not null ? _waiting.Find(one => one.TryAnswer(id))
            : _waiting is [var only] && only.TryAnswerOnly() ? only
            : null;
        if (request is null)
            return; // given up, or answered before

        request.Messages.Add(new(message, IsAnswer: true));
        if (!request.IsAnswered)
            return;
        request.Messages.Complete();
        _waiting.Remove(request);
    }

    private WaitingRequest? Related(ReadOnlySpan<byte> message, in Envelope envelope)
    {
        if (envelope.Kind == MessageKind.Request)
            return _waiting.FindLast(request => !request.IsGateways);
        if (!envelope.ProgressToken.Exists)
            return null;
        var token = MessageId.Canonical(envelope.ProgressToken.Of(message));
        return _waiting.Find(request => request.HasToken(token));
    }
}
