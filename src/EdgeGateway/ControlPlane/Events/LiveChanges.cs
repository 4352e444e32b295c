using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Json;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.ControlPlane.Events;

/// <summary>
/// Puts into events what happened since it was asked last (api.md, <c>GET /events</c>). It looks; nothing has to tell it, so what is looked at
/// never waits for a page. One caller at a time.
/// </summary>
internal sealed class LiveChanges(ServerCatalog catalog, PoolGate pools, TimeProvider clock)
{
    private readonly Dictionary<string, long> _lastEvents = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, ManagedServer> _servers = ImmutableDictionary<string, ManagedServer>.Empty;

    /// <summary>What happened before now is not told.</summary>
    public void Begin()
    {
        _servers = catalog.Servers;
        _lastEvents.Clear();
        foreach (var pool in pools.All)
        {
            _lastEvents[pool.Identity.PoolId.ToString()] = pool.Server.Pool.Events() is [.., var last] ? last.Sequence : 0;
        }
    }

    /// <summary>Everything that is new, and how all pools stand.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        WriteServers(output);
        WritePoolEvents(output);
        WriteStats(output);
        return output.WrittenMemory;
    }

    /// <summary>How all pools stand.</summary>
    public ReadOnlyMemory<byte> Stats()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        WriteStats(output);
        return output.WrittenMemory;
    }

    private void WriteServers(ArrayBufferWriter<byte> output)
    {
        var (before, now) = (_servers, catalog.Servers);
        _servers = now;
        if (ReferenceEquals(before, now))
        {
            return;
        }

        foreach (var id in before.Keys.Union(now.Keys))
        {
            if (!ReferenceEquals(before.GetValueOrDefault(id), now.GetValueOrDefault(id)))
            {
                Write(output, "server", new ChangedServer(id), WireJson.Relaxed.ChangedServer);
            }
        }
    }

    private void WritePoolEvents(ArrayBufferWriter<byte> output)
    {
        foreach (var (server, identity) in pools.All)
        {
            // By the pool's id, not the server's: a server deleted and made anew counts from 1 again.
            var pool = identity.PoolId.ToString();
            foreach (var happened in server.Pool.Events(_lastEvents.GetValueOrDefault(pool)))
            {
                _lastEvents[pool] = happened.Sequence;
                var told = PoolReadings.Event(server, happened);
                Write(
                    output,
                    "pool",
                    new LivePoolEvent(server.Definition.Id, told.Seq, told.At, told.Kind, told.Session, told.Endpoint, told.Reason),
                    WireJson.Relaxed.LivePoolEvent);
            }
        }
    }

    private void WriteStats(ArrayBufferWriter<byte> output)
    {
        var now = clock.GetUtcNow();
        Write(output, "stats", [.. pools.All.Select(pool => PoolReadings.Stats(pool.Server, pool.Identity, now))], WireJson.Relaxed.IReadOnlyListPoolStatsResponse);
    }

    private static void Write<T>(ArrayBufferWriter<byte> output, string kind, T data, JsonTypeInfo<T> type) =>
        SseWriter.Write(output, new SseFrame(kind, JsonSerializer.SerializeToUtf8Bytes(data, type), null, null));
}

/// <summary>A server that was made, changed or deleted.</summary>
internal sealed record ChangedServer(string Id);

/// <summary>As <see cref="PoolEventResponse"/>, with the server it belongs to.</summary>
internal sealed record LivePoolEvent(string ServerId, long Seq, DateTime At, string Kind, string? Session, string? Endpoint, string Reason);
