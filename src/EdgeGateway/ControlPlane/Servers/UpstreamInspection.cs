using System.Text.Json;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Servers;

/// <summary>Asks an upstream on an operator's behalf: one session of its own, opened for the question and closed after it.</summary>
internal sealed class UpstreamInspection(SessionCap cap, TimeProvider clock)
{
    /// <summary>An operator waits for the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Closing is a courtesy to the upstream.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(2);

    /// <summary>Handshake and list: what works and how fast, or what fails.</summary>
    public async Task<TestReport> TestAsync(ManagedServer managed, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        TestReport Report(PooledUpstream? upstream, string? error) => new()
        {
            Ok = error is null,
            Era = upstream is null ? null : UpstreamSighting.Name(managed.Era.Known | (upstream.Session.IsModern ? EraSet.Modern : EraSet.Legacy)),
            ProtocolVersion = upstream?.Session.ProtocolVersion,
            ServerInfo = UpstreamSighting.Member(upstream?.Session.InitializeResult ?? default, "serverInfo"),
            Capabilities = UpstreamSighting.Member(upstream?.Session.InitializeResult ?? default, "capabilities"),
            LatencyMs = Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 1),
            Error = error,
        };

        PooledUpstream? opened = null;
        try
        {
            return await WithSessionAsync(
                managed,
                async (upstream, patience) =>
                {
                    opened = upstream;
                    if (OffersTools(upstream))
                    {
                        await ToolLister.PageAsync(upstream.Session, cursor: null, patience);
                    }

                    return Report(upstream, error: null);
                },
                cancellationToken);
        }
        catch (InspectionException e)
        {
            return Report(opened, e.Message);
        }
    }

    /// <summary>Every tool the upstream lists, as it lists them.</summary>
    /// <exception cref="InspectionException">It could not be asked.</exception>
    public Task<IReadOnlyList<JsonElement>> ListToolsAsync(ManagedServer managed, CancellationToken cancellationToken) =>
        WithSessionAsync<IReadOnlyList<JsonElement>>(
            managed,
            async (upstream, patience) => OffersTools(upstream) ? await ToolLister.AllAsync(upstream.Session, patience) : [],
            cancellationToken);

    private static bool OffersTools(PooledUpstream upstream) =>
        UpstreamSighting.Member(upstream.Session.InitializeResult, "capabilities") is { ValueKind: JsonValueKind.Object } capabilities
        && capabilities.TryGetProperty("tools", out _);

    private async Task<T> WithSessionAsync<T>(ManagedServer managed, Func<PooledUpstream, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!cap.TryTake())
        {
            throw new InspectionException($"pool_exhausted: all {cap.Limit} sessions of SESSION_POOL_MAX_TOTAL are open; raise it, or try again later");
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        PooledUpstream? upstream = null;
        try
        {
            var credential = Credential.Stored(managed.Definition.ConnectionVersion);
            upstream = await managed.Opener.OpenAsync(endpoint: 0, PoolConfigResolver.DefaultClass, credential, either.Token);
            return await ask(upstream, either.Token);
        }
        catch (SessionOpenException e)
        {
            throw new InspectionException($"{e.Reason}: {e.Message}", e);
        }
        catch (UpstreamException e)
        {
            throw new InspectionException($"{e.Fault.Reason}: {e.Fault.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new InspectionException($"upstream_timeout: no answer within {Patience.TotalSeconds} s; check that the upstream runs and is reachable", e);
        }
        finally
        {
            if (upstream is not null)
            {
                using var closing = new CancellationTokenSource(ClosePatience, clock);
                await upstream.CloseAsync(closing.Token);
            }

            cap.Return();
        }
    }
}

/// <summary>The upstream could not be asked.</summary>
/// <param name="message">Reason and sentence, for the operator; no secrets.</param>
/// <param name="inner">For the log.</param>
internal sealed class InspectionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What <c>POST /servers/{id}/test</c> found.</summary>
internal sealed record TestReport
{
    public required bool Ok { get; init; }

    public string? Era { get; init; }

    public string? ProtocolVersion { get; init; }

    public JsonElement? ServerInfo { get; init; }

    public JsonElement? Capabilities { get; init; }

    public required double LatencyMs { get; init; }

    public string? Error { get; init; }
}

internal sealed record ToolListResponse(IReadOnlyList<JsonElement> Tools);
