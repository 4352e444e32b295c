using EdgeGateway.DataPath.Acquire;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A request under way whose id the gateway rewrote.</summary>
/// <param name="clientId">The client's own id, raw.</param>
/// <param name="upstream">The session it runs on.</param>
/// <param name="upstreamId">Its id there: a raw JSON value.</param>
/// <param name="cancel">Where ending the connection is the cancel; null where a message is sent.</param>
internal sealed class InFlightRequest(ReadOnlyMemory<byte> clientId, PooledUpstream upstream, ReadOnlyMemory<byte> upstreamId, Action? cancel = null)
{
    public ReadOnlyMemory<byte> ClientId => clientId;

    public PooledUpstream Upstream => upstream;

    public ReadOnlyMemory<byte> UpstreamId => upstreamId;

    public Action? Cancel => cancel;

    /// <summary>Its neighbours in <see cref="InFlightRequests"/>, which alone reads and writes them, under its lock.</summary>
    internal InFlightRequest? Older { get; set; }

    /// <inheritdoc cref="Older"/>
    internal InFlightRequest? Newer { get; set; }
}

/// <summary>
/// The rewritten requests of one client session, so that notifications/cancelled finds its request: a list, since a client has few at a
/// time, cancels hardly ever, and ten thousand idle ones should cost nothing.
/// </summary>
internal sealed class InFlightRequests
{
    private readonly Lock _lock = new();

    // Written under the lock by the requests of one client session; read under it by its cancels, and without it by IsEmpty, where a stale look is fine.
    private InFlightRequest? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    public void Add(InFlightRequest request)
    {
        lock (_lock)
        {
            request.Older = _newest;
            _newest?.Newer = request;
            _newest = request;
        }
    }

    /// <summary>The request of this id; the latest, of a client that uses one twice at once.</summary>
    public InFlightRequest? Find(ReadOnlySpan<byte> clientId)
    {
        lock (_lock)
        {
            var request = _newest;
            while (request is not null && !ClientIds.AreEqual(request.ClientId.Span, clientId))
            {
                request = request.Older;
            }

            return request;
        }
    }

    /// <summary>To be called before the bytes of its id go back to where they were rented.</summary>
    public void Remove(InFlightRequest request)
    {
        lock (_lock)
        {
            request.Older?.Newer = request.Newer;
            if (request.Newer is { } newer)
            {
                newer.Older = request.Older;
            }
            else
            {
                _newest = request.Older;
            }
        }
    }
}
