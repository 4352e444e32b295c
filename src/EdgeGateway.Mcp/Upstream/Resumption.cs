using System.Runtime.CompilerServices;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.Mcp.Upstream;

/// <summary>
/// Goes on with the stream of one request that its server ended too early: GET with the id of the last event (2025-11-25, Transports,
/// Resumability and Redelivery). An event id belongs to one stream, so what comes back is of the same request and of nobody else's.
/// </summary>
internal sealed class Resumption(UpstreamSession session, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider clock)
{
    /// <summary>What a client waits that was told nothing; as long as the official SDKs do.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    /// <summary>A server that says <c>retry: 0</c> is asked ten times a second, not as fast as it can answer.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    /// <summary>No request waits that long; a timer could not either.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A server that restarts is back in a moment, or its streams are gone.</summary>
    private const int MostFailures = 3;

    // Written and read by the one reader of the stream.
    private string? _lastId;
    private TimeSpan _retry = Usual;

    /// <summary>Whether there is a place to go on from.</summary>
    public bool IsPossible => _lastId is not null;

    /// <summary>Takes in where the stream is. An empty id says that there is no place to go on from.</summary>
    public void Note(in SseFrame frame)
    {
        if (frame.Id is not null)
            _lastId = frame.Id.Length == 0 || frame.Id.AsSpan().ContainsAny('\r', '\n', '\0') ? null : frame.Id;
        if (frame.Retry is { } retry)
            _retry = retry < Shortest ? Shortest : retry > Longest ? Longest : retry;
    }

    /// <summary>
    /// The events that are missing, until the server says that it has none. Those without data only mark a place: they are not passed on,
    /// so that a server that sends nothing else is silent to whoever measures it.
    /// </summary>
    public async IAsyncEnumerable<SseFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var failures = 0; _lastId is not null && failures < MostFailures;)
        {
            await Task.Delay(_retry, clock, cancellationToken);
            await using var reply = await session.OpenStreamAsync(_lastId, headers, cancellationToken);
            if (reply.Kind != ReplyKind.Events)
            {
                failures = MayPass(reply) ? failures + 1 : MostFailures;
                continue;
            }

            failures = 0;
            await using var frames = reply.ReadEventsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(frames))
            {
                Note(frames.Current);
                if (!frames.Current.Data.IsEmpty)
                    yield return frames.Current;
            }
        }
    }

    /// <summary>Nobody there, a busy server, or one that has not noticed yet that the stream broke (409): not what 400, 404 and 405 say.</summary>
    private static bool MayPass(UpstreamReply reply) => reply.Kind == ReplyKind.Fault || reply is { Kind: ReplyKind.HttpError, Status: 409 or 429 or >= 500 };

    /// <summary>A connection that breaks is the end of this part, and not of the stream.</summary>
    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<SseFrame> frames)
    {
        try
        {
            return await frames.MoveNextAsync();
        }
        catch (UpstreamException broken) when (broken.Fault.Kind == UpstreamFaultKind.ConnectionLost)
        {
            return false;
        }
    }
}
