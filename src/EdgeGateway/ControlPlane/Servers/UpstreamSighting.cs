using System.Text.Json;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>What the last handshakes with a server told; outlives versions of it.</summary>
internal sealed class UpstreamSighting(TimeProvider clock)
{
    private sealed record Seen(
        bool Reachable, EraSet Eras, string? ProtocolVersion, ReadOnlyMemory<byte> InitializeResult, bool KeepsState, string? Error, DateTimeOffset? At);

    // Written by handshakes, the last one wins; read by the API.
    private volatile Seen? _last;

    /// <summary>The upstream keeps state per session, by its last handshake that succeeded (pool.md section 2); false before one has.</summary>
    public bool KeepsState => _last?.KeepsState ?? false;

    public void Opened(PooledUpstream upstream) => _last = new Seen(
        Reachable: true, (_last?.Eras ?? EraSet.Unknown) | (upstream.Session.IsModern ? EraSet.Modern : EraSet.Legacy), upstream.Session.ProtocolVersion, upstream.Session.InitializeResult, upstream.IsStateful, Error: null, clock.GetUtcNow());

    public void Failed(string message)
    {
        var before = _last;
        _last = new Seen(Reachable: false, before?.Eras ?? EraSet.Unknown, before?.ProtocolVersion, before?.InitializeResult ?? default, before?.KeepsState ?? false, message, before?.At);
    }

    /// <param name="known">What the upstream said that it speaks; sessions that were opened show it too.</param>
    public ServerStatus Status(EraSet known) => _last is { } seen
        ? new ServerStatus(
            Name(seen.Eras | known),
            seen.ProtocolVersion,
            Member(seen.InitializeResult, "serverInfo"),
            seen.Reachable,
            seen.Error,
            seen.At?.UtcDateTime)
        : new ServerStatus(Name(known), null, null, null, null, null);

    public static string? Name(EraSet eras) => eras switch
    {
        EraSet.Legacy => "legacy",
        EraSet.Modern => "modern",
        EraSet.Dual => "dual",
        _ => null,
    };

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
internal sealed class ObservedOpener(ISessionOpener<PooledUpstream> inner, UpstreamSighting sighting) : ISessionOpener<PooledUpstream>, IUpstreamResumer
{
    /// <summary>Null where the upstream cannot be asked what it speaks.</summary>
    public IEraProbe? Probe => inner as IEraProbe;

    public PooledUpstream? TryResume(SealedSession session, Credential credential) => (inner as IUpstreamResumer)?.TryResume(session, credential);

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
