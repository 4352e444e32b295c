using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>Where a message of the server went.</summary>
internal enum Routed
{
    /// <summary>To a request, or to who listens.</summary>
    Delivered,

    /// <summary>Nobody wants it.</summary>
    Dropped,

    /// <summary>A ping: answer it.</summary>
    Ping,

    /// <summary>A question that found no place: refuse it, or the server waits for ever.</summary>
    Refused,

    /// <summary>Not JSON-RPC.</summary>
    NotAMessage,
}

/// <summary>
/// Finds out whom each message of a process is for. Answers go by id, progress by its token. Of everything else stdio does not
/// say to which request it belongs: while exactly one runs it is that one; otherwise it is for who listens to the server.
/// Of a process that is shared (2026-07-28, stdio) requests of different clients run at once, so nothing is guessed there: what
/// names neither a request nor a subscription is nobody's.
/// </summary>
internal sealed class MessageRouter
{
    private readonly Lock _lock = new();

    // Both written and read under the lock. In the order in which they were sent: few run at once.
    private readonly List<RunningRequest> _running = [];
    private UpstreamFault? _ended;

    // Written once, before the first request of a client is sent; read by the process's reader and by whoever sends.
    private volatile bool _isShared;

    public ServerMessages ServerMessages { get; } = new();

    /// <summary>From now on requests of different clients run at once. What nobody has heard yet stays unheard.</summary>
    public void Share() => _isShared = true;

    /// <summary>Notes a request that is about to be sent. Null: the process has ended, or the id is in use.</summary>
    public RunningRequest? TryBegin(ReadOnlySpan<byte> message, in Envelope envelope, bool isOurs)
    {
        var token = envelope.ProgressToken.Exists ? envelope.ProgressToken.Of(message).ToArray() : null;
        var request = new RunningRequest(envelope.Id.Of(message).ToArray(), token, isOurs)
        {
            IsListening = envelope.Method == McpMethod.SubscriptionsListen,
        };
        lock (_lock)
        {
            if (_ended is not null || IndexOf(request.Id) >= 0)
                return null;
            _running.Add(request);
        }

        // A question that came while nobody listened gets its chance with a client that never does.
        while (!_isShared && !isOurs && !ServerMessages.HasListener && ServerMessages.TryTake(out var question))
            request.TryAdd(question);
        return request;
    }

    /// <summary>Nobody waits for this request any more, or its answer is there. True once: only then may it be answered.</summary>
    public bool End(RunningRequest request)
    {
        lock (_lock)
        {
            return _running.Remove(request);
        }
    }

    /// <summary>The request with this id, if it runs.</summary>
    public RunningRequest? Find(ReadOnlySpan<byte> rawId)
    {
        lock (_lock)
        {
            var index = IndexOf(rawId);
            return index < 0 ? null : _running[index];
        }
    }

    /// <summary>The process is gone: nothing begins any more, and who waits is told.</summary>
    public void Close(UpstreamFault fault)
    {
        lock (_lock)
        {
            _ended ??= fault;
        }

        Fail(fault);
        ServerMessages.Complete(fault);
    }

    /// <summary>Whatever answer was in a line that could not be read, somebody waits for it in vain.</summary>
    public void Fail(UpstreamFault fault)
    {
        RunningRequest[] running;
        lock (_lock)
        {
            running = [.. _running];
            _running.Clear();
        }

        // Who waits goes on in here, and may ask the next thing.
        Array.ForEach(running, request => request.Fail(fault));
    }

    /// <summary>Takes a line of the server.</summary>
    /// <param name="line">One message. Copied.</param>
    /// <param name="envelope">Its parts.</param>
    public Routed Route(ReadOnlySpan<byte> line, out Envelope envelope)
    {
        if (Envelope.Read(line, out envelope) != EnvelopeError.None)
            return Routed.NotAMessage;
        return envelope.Kind switch
        {
            MessageKind.Response => Answer(line, envelope),
            MessageKind.Request when envelope.Method == McpMethod.Ping => Routed.Ping,
            MessageKind.Request => _isShared ? Routed.Refused : Ask(line.ToArray()),
            MessageKind.Notification => _isShared ? TellOwner(line, envelope) : Tell(line, envelope),
            _ => Routed.NotAMessage,
        };
    }

    private Routed Answer(ReadOnlySpan<byte> line, in Envelope envelope)
    {
        if (!envelope.Id.Exists || Take(envelope.Id.Of(line)) is not { } request)
            return Routed.Dropped;
        request.Answer(line.ToArray());
        return Routed.Delivered;
    }

    private Routed Ask(byte[] question) =>
        (Only() ?? (ServerMessages.HasListener ? null : Last()))?.TryAdd(question) ?? ServerMessages.TryAdd(question)
            ? Routed.Delivered
            : Routed.Refused;

    private Routed Tell(ReadOnlySpan<byte> line, in Envelope envelope)
    {
        var request = envelope.Method == McpMethod.Progress ? WithToken(line, envelope)
            : IsAboutTheServer(envelope.MethodName.Of(line)) ? null
            : Only();
        var isTaken = request is not null
            ? request.TryAdd(line.ToArray())
            : ServerMessages.HasListener && ServerMessages.TryAdd(line.ToArray());
        return isTaken ? Routed.Delivered : Routed.Dropped;
    }

    /// <summary>By progress token or subscription, and by nothing else.</summary>
    private Routed TellOwner(ReadOnlySpan<byte> line, in Envelope envelope)
    {
        if (envelope is { Method: McpMethod.Cancelled, CancelledId.Exists: true })
            return EndSubscription(Listening(envelope.CancelledId.Of(line)));
        var request = envelope.Method == McpMethod.Progress
            ? WithToken(line, envelope)
            : Listening(JsonMembers.Find(JsonMembers.Find(envelope.Params.Of(line), "_meta"u8), MetaKeys.SubscriptionId));
        return request is not null && request.TryAdd(line.ToArray()) ? Routed.Delivered : Routed.Dropped;
    }

    private RunningRequest? Listening(ReadOnlySpan<byte> rawId) =>
        !rawId.IsEmpty && Find(rawId) is { IsListening: true } request ? request : null;

    /// <summary>Over stdio a server has no stream to close: it says that it cancels the subscription.</summary>
    private Routed EndSubscription(RunningRequest? subscription)
    {
        if (subscription is null || !End(subscription))
            return Routed.Dropped;
        subscription.Fail(StdioFaults.SubscriptionEnded);
        return Routed.Delivered;
    }

    /// <summary>Lists and resources change for everybody, whatever runs.</summary>
    private static bool IsAboutTheServer(ReadOnlySpan<byte> rawMethod)
    {
        var method = JsonText.Decode(rawMethod);
        return method.EndsWith("/list_changed", StringComparison.Ordinal) || method == "notifications/resources/updated";
    }

    private RunningRequest? WithToken(ReadOnlySpan<byte> line, in Envelope envelope)
    {
        if (!envelope.ProgressToken.Exists)
            return null;
        var token = envelope.ProgressToken.Of(line);
        lock (_lock)
        {
            foreach (var request in _running)
            {
                if (!request.ProgressToken.IsEmpty && MessageId.Same(request.ProgressToken, token))
                    return request;
            }
        }

        return null;
    }

    /// <summary>The request with this id, which runs no more.</summary>
    private RunningRequest? Take(ReadOnlySpan<byte> rawId)
    {
        lock (_lock)
        {
            var index = IndexOf(rawId);
            if (index < 0)
                return null;
            var request = _running[index];
            _running.RemoveAt(index);
            return request;
        }
    }

    /// <summary>Under the lock. −1: none.</summary>
    private int IndexOf(ReadOnlySpan<byte> rawId)
    {
        for (var i = 0; i < _running.Count; i++)
        {
            if (MessageId.Same(_running[i].Id, rawId))
                return i;
        }

        return -1;
    }

    private RunningRequest? Only()
    {
        lock (_lock)
        {
            var others = _running.FindAll(request => !request.IsOurs);
            return others.Count == 1 ? others[0] : null;
        }
    }

    private RunningRequest? Last()
    {
        lock (_lock)
        {
            return _running.FindLast(request => !request.IsOurs);
        }
    }
}
