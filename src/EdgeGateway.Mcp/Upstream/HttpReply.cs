using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream.Http;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>An answer over HTTP, whose body is still arriving. Owns the answer.</summary>
internal sealed class HttpReply(ReplyKind kind, HttpAnswer answer) : UpstreamReply
{
    // Where to go on when the events end too early. Written before they are read, by their reader; null says nowhere.
    private UpstreamSession? _session;
    private IReadOnlyList<KeyValuePair<string, string>> _headers = [];
    private TimeProvider? _clock;

    public override ReplyKind Kind => kind;

    public override int Status => answer.Status;

    public override string? ContentType => answer.ContentType;

    public override long? Length => answer.SentLength;

    public override string? RetryAfter => answer.RetryAfter;

    public override string? WwwAuthenticate => answer.WwwAuthenticate;

    public override Stream Body => kind is ReplyKind.Json or ReplyKind.Events or ReplyKind.HttpError ? answer : Stream.Null;

    public override string? SessionId => answer.SessionId;

    public override void ResumeOn(UpstreamSession session, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider clock) =>
        (_session, _headers, _clock) = (session, headers, clock);

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind != ReplyKind.Events)
            yield break;
        Resumption? resumption = null;
        await using (var frames = SseReader.ReadAsync(answer, cancellationToken).GetAsyncEnumerator(cancellationToken))
        {
            while (await MoveNextAsync(frames, resumption))
            {
                // Streams without event ids, which most are, cost nothing more.
                if (_session is not null && (frames.Current.Id is not null || frames.Current.Retry is not null))
                    (resumption ??= new Resumption(_session, _headers, _clock!)).Note(frames.Current);
                yield return frames.Current;
            }
        }

        if (resumption is null)
            yield break;
        await foreach (var frame in resumption.ReadAsync(cancellationToken))
            yield return frame;
    }

    public override ValueTask DisposeAsync() => answer.DisposeAsync();

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseFrame> frames, Resumption? resumption)
    {
        try
        {
            return await frames.MoveNextAsync();
        }
        catch (UpstreamException broken) when (resumption is { IsPossible: true } && broken.Fault.Kind == UpstreamFaultKind.ConnectionLost)
        {
            return false;
        }
        catch (InvalidDataException exception)
        {
            throw new UpstreamException(HttpFaults.Protocol(
                $"The upstream sent an event of more than {SseReader.MaxEventBytes >> 20} MiB; let it send less at once.",
                cause: exception));
        }
    }
}
