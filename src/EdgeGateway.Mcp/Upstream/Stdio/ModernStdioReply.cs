using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>What a shared process sends for one request, in the words of its client. Disposed before the answer came: the request is given up.</summary>
internal sealed class ModernStdioReply : UpstreamReply
{
    private readonly UpstreamReply _lines;
    private readonly SharedIds _ids;
    private readonly Action<SharedIds> _giveUp;

    // Written and read by the one reader of the reply.
    private bool _isOver;

    /// <param name="lines">An answer alone, or messages one by one.</param>
    /// <param name="ids">The client's, and those on the lines.</param>
    /// <param name="giveUp">Called at most once.</param>
    public ModernStdioReply(UpstreamReply lines, SharedIds ids, Action<SharedIds> giveUp)
    {
        (_lines, _ids, _giveUp) = (lines, ids, giveUp);
        if (lines is not LineReply line)
            return;
        _isOver = true;
        Envelope.Read(line.Answer, out var envelope);
        var answer = ids.Incoming(line.Answer, envelope).ToArray();
        (Body, Length) = (new MemoryStream(answer, writable: false), answer.Length);
        Status = envelope.Error.Exists ? LegacyToModern.StatusOf(envelope.Error.Of(line.Answer)) : 200;
    }

    /// <summary>An error goes with the HTTP status that this revision gives it over HTTP, which is how its client came.</summary>
    public override ReplyKind Kind => _lines.Kind == ReplyKind.Json && Status != 200 ? ReplyKind.HttpError : _lines.Kind;

    public override int Status { get; } = 200;

    public override string? ContentType => _lines.ContentType;

    public override long? Length { get; }

    public override Stream Body { get; } = Stream.Null;

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var frame in _lines.ReadEventsAsync(cancellationToken))
        {
            Envelope.Read(frame.Data.Span, out var envelope);
            _isOver = envelope.Kind == MessageKind.Response;
            yield return frame with { Data = _ids.Incoming(frame.Data.Span, envelope) };
        }

        _isOver = true;
    }

    public override ValueTask DisposeAsync()
    {
        if (!_isOver)
            _giveUp(_ids);
        _isOver = true;
        return _lines.DisposeAsync();
    }
}
