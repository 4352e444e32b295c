using System.Collections.Concurrent;
using EdgeGateway.DataPath.Acquire;

namespace EdgeGateway.DataPath.Relay;

/// <summary>A request under way whose id the gateway rewrote.</summary>
/// <param name="Upstream">The session it runs on.</param>
/// <param name="UpstreamId">Its id there: a raw JSON value.</param>
/// <param name="Cancel">Where ending the connection is the cancel; null where a message is sent.</param>
internal sealed record InFlightRequest(PooledUpstream Upstream, ReadOnlyMemory<byte> UpstreamId, Action? Cancel = null);

/// <summary>The rewritten requests of one client session by the client's own id, so that notifications/cancelled finds its request.</summary>
internal sealed class InFlightRequests
{
    // Written by the requests of one client session, read by its cancels. A client that uses an id twice at once can cancel only the later one.
    private readonly ConcurrentDictionary<string, InFlightRequest> _byClientId = new(StringComparer.Ordinal);

    public bool IsEmpty => _byClientId.IsEmpty;

    public void Add(ReadOnlySpan<byte> clientId, InFlightRequest request) => _byClientId[ClientIds.Canonical(clientId)] = request;

    public InFlightRequest? Find(ReadOnlySpan<byte> clientId) => _byClientId.GetValueOrDefault(ClientIds.Canonical(clientId));

    /// <summary>Removes this very request: a later one under the same id stays.</summary>
    public void Remove(ReadOnlySpan<byte> clientId, InFlightRequest request) => _byClientId.TryRemove(new(ClientIds.Canonical(clientId), request));
}
