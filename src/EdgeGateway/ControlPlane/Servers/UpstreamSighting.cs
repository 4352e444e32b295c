using System.Text.Json;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>What the last handshakes with a server told; outlives versions of it.</summary>
internal sealed class UpstreamSighting(TimeProvider clock)
{
    private sealed record Seen(bool Reachable, string? ProtocolVersion, ReadOnlyMemory<byte> InitializeResult, string? Error, DateTimeOffset? At);

    // Written by handshakes, the last one wins; read by the API.
    private volatile Seen? _last;

    public void Opened(PooledUpstream upstream) => _last = new Seen(
        Reachable: true, upstream.Session.ProtocolVersion, upstream.Session.InitializeResult, Error: null, clock.GetUtcNow());

    public void Failed(string message)
    {
        var before = _last;
        _last = new Seen(Reachable: false, before?.ProtocolVersion, before?.InitializeResult ?? default, message, before?.At);
    }

    /// <summary>Handshakes are legacy ones: a version seen means the upstream speaks that era.</summary>
    public ServerStatus Status() => _last is { } seen
        ? new ServerStatus(
            seen.ProtocolVersion is null ? null : "legacy",
            seen.ProtocolVersion,
            Member(seen.InitializeResult, "serverInfo"),
            seen.Reachable,
            seen.Error,
            seen.At?.UtcDateTime)
        : new ServerStatus(null, null, null, null, null, null);

    /// <summary>A member of an initialize result, or null. The bytes come from the upstream: anything may be in them.</summary>
    public static JsonElement? Member(ReadOnlyMemory<byte> initializeResult, string name)
    {
        if (initializeResult.IsEmpty)
        {
            return null;
        }

        try
        {
            var root = JsonElement.Parse(initializeResult.Span);
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var member) ? member : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Notes how handshakes end.</summary>
internal sealed class ObservedOpener(ISessionOpener<PooledUpstream> inner, UpstreamSighting sighting) : ISessionOpener<PooledUpstream>
{
    public async ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
    {
        try
        {
            var upstream = await inner.OpenAsync(endpoint, sessionClass, credential, cancellationToken);
            sighting.Opened(upstream);
            return upstream;
        }
        catch (SessionOpenException e)
        {
            sighting.Failed($"{e.Reason}: {e.Message}");
            throw;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            sighting.Failed("upstream_timeout: the handshake was given up before an answer came");
            throw;
        }
    }
}
