using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>What came for one request on a shared stream: its answer alone, or events that end with it.</summary>
internal sealed class MatchedReply : UpstreamReply
{
    private readonly AnswerMatcher _matcher;
    private readonly WaitingRequest _request;
    private readonly MatchedMessage _first;

    private MatchedReply(AnswerMatcher matcher, WaitingRequest request, MatchedMessage first)
    {
        (_matcher, _request, _first) = (matcher, request, first);
        Body = Kind == ReplyKind.Json && MemoryMarshal.TryGetArray(first.Bytes, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : Stream.Null;
    }

    public override ReplyKind Kind => _first.IsAnswer && !_request.IsBatch ? ReplyKind.Json : ReplyKind.Events;

    public override Stream Body { get; }

    /// <summary>Waits for the first message: it decides what the reply is.</summary>
    /// <exception cref="UpstreamException">The stream broke.</exception>
    public static async ValueTask<UpstreamReply> FirstAsync(AnswerMatcher matcher, WaitingRequest request, CancellationToken cancellationToken) =>
        await request.Messages.ReadAsync(cancellationToken) is { } first
            ? new MatchedReply(matcher, request, first)
            : new EmptyReply(ReplyKind.Accepted);

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (MatchedMessage? message = _first; message is { } next; message = await _request.Messages.ReadAsync(cancellationToken))
            yield return new SseFrame(null, next.Bytes, null, null);
    }

    public override ValueTask DisposeAsync()
    {
        _matcher.Forget(_request);
        return ValueTask.CompletedTask;
    }
}
