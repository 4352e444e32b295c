namespace EdgeGateway.TestUpstreams;

/// <summary>What an upstream has seen. Written by each request; read by tests at any time.</summary>
public sealed class Recorder
{
    /// <summary>The last requests kept whole: enough for any one test, bounded for a load run.</summary>
    public const int Kept = 512;

    private readonly Lock _lock = new();

    // All below: written and read under the lock.
    private readonly Queue<RecordedRequest> _recent = new();
    private readonly Dictionary<string, int> _byMethod = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _bySession = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _inFlight = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _mostInFlight = new(StringComparer.Ordinal);
    private readonly List<(Func<RecordedRequest, bool> Wanted, int Left, TaskCompletionSource Seen)> _watchers = [];
    private readonly List<string> _cancelled = [];
    private int _handshakes;
    private int _closed;
    private int _forgotten;
    private int _strayResponses;

    /// <summary>initialize requests answered with a result.</summary>
    public int Handshakes => Read(() => _handshakes);

    /// <summary>Sessions ended by DELETE.</summary>
    public int SessionsClosed => Read(() => _closed);

    /// <summary>Sessions the test made the server forget.</summary>
    public int SessionsForgotten => Read(() => _forgotten);

    /// <summary>Responses POSTed for which nobody had asked.</summary>
    public int StrayResponses => Read(() => _strayResponses);

    /// <summary>Raw ids of requests that notifications/cancelled found still running.</summary>
    public IReadOnlyList<string> CancelledRequests => Read<IReadOnlyList<string>>(() => [.. _cancelled]);

    /// <summary>Requests by label (see <see cref="RecordedRequest.Label"/>).</summary>
    public IReadOnlyDictionary<string, int> RequestsByMethod => Read(() => new Dictionary<string, int>(_byMethod));

    /// <summary>JSON-RPC requests by session id, initialize not counted.</summary>
    public IReadOnlyDictionary<string, int> RequestsBySession => Read(() => new Dictionary<string, int>(_bySession));

    /// <summary>By session id, how many JSON-RPC requests it ever ran at the same time.</summary>
    public IReadOnlyDictionary<string, int> MostInFlightBySession => Read(() => new Dictionary<string, int>(_mostInFlight));

    /// <summary>The last requests, oldest first.</summary>
    public IReadOnlyList<RecordedRequest> Recent => Read<IReadOnlyList<RecordedRequest>>(() => [.. _recent]);

    public int Count(string label) => Read(() => _byMethod.GetValueOrDefault(label));

    /// <summary>The last request with this label. Throws when there was none.</summary>
    public RecordedRequest Last(string label) => Recent.Last(request => request.Label == label);

    /// <summary>Completes when <paramref name="count"/> kept or coming requests match.</summary>
    public Task WhenSeenAsync(Func<RecordedRequest, bool> wanted, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        lock (_lock)
        {
            var left = count - _recent.Count(wanted);
            if (left <= 0)
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((wanted, left, seen));
            return seen.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Completes when <paramref name="count"/> requests with this label have come.</summary>
    public Task WhenSeenAsync(string label, int count, CancellationToken cancellationToken) =>
        WhenSeenAsync(request => request.Label == label, count, cancellationToken);

    internal void Request(RecordedRequest request)
    {
        lock (_lock)
        {
            _recent.Enqueue(request);
            if (_recent.Count > Kept)
            {
                _recent.Dequeue();
            }

            _byMethod[request.Label] = _byMethod.GetValueOrDefault(request.Label) + 1;
            for (var i = _watchers.Count - 1; i >= 0; i--)
            {
                var (wanted, left, seen) = _watchers[i];
                if (!wanted(request))
                {
                    continue;
                }

                if (left == 1)
                {
                    _watchers.RemoveAt(i);
                    seen.TrySetResult();
                }
                else
                {
                    _watchers[i] = (wanted, left - 1, seen);
                }
            }
        }
    }

    internal void Begin(string sessionId)
    {
        lock (_lock)
        {
            _bySession[sessionId] = _bySession.GetValueOrDefault(sessionId) + 1;
            var now = _inFlight[sessionId] = _inFlight.GetValueOrDefault(sessionId) + 1;
            _mostInFlight[sessionId] = Math.Max(now, _mostInFlight.GetValueOrDefault(sessionId));
        }
    }

    internal void End(string sessionId)
    {
        lock (_lock)
        {
            _inFlight[sessionId]--;
        }
    }

    internal void Handshake() => Write(() => _handshakes++);

    internal void Closed() => Write(() => _closed++);

    internal void Forgot(int sessions) => Write(() => _forgotten += sessions);

    internal void StrayResponse() => Write(() => _strayResponses++);

    internal void Cancelled(string rawId) => Write(() => _cancelled.Add(rawId));

    private T Read<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private void Write(Action write)
    {
        lock (_lock)
        {
            write();
        }
    }
}
