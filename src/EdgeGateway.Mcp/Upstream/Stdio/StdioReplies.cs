using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream.Stdio;

/// <summary>The answer to a request, with nothing before it.</summary>
internal sealed class LineReply(byte[] answer) : UpstreamReply
{
    public byte[] Answer { get; } = answer;

    public override ReplyKind Kind => ReplyKind.Json;

    public override int Status => 200;

    public override string ContentType => "application/json";

    public override long? Length => Answer.Length;

    public override Stream Body => field ??= new MemoryStream(Answer, writable: false);

    public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<SseFrame>();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Messages one by one as they come.</summary>
/// <param name="first">Taken out of the queue already.</param>
/// <param name="messages">The others.</param>
/// <param name="ends">Cancelled when somebody else reads the queue from now on: the events end.</param>
/// <param name="release">Called once, when nobody reads any more.</param>
internal sealed class LinesReply(byte[]? first, MessageQueue messages, Action release, CancellationToken ends = default) : UpstreamReply
{
    public override ReplyKind Kind => ReplyKind.Events;

    public override int Status => 200;

    public override string ContentType => "text/event-stream";

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends, cancellationToken);
        if (first is { } taken)
            yield return Frame(taken);
        while (await NextAsync(either.Token, cancellationToken) is { } message)
            yield return Frame(message);
    }

    public override ValueTask DisposeAsync()
    {
        release();
        return ValueTask.CompletedTask;
    }

    private static SseFrame Frame(byte[] message) => new(null, message, null, null);

    private async ValueTask<byte[]?> NextAsync(CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await messages.TakeAsync(either);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
