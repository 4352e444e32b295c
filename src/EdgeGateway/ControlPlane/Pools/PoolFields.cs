using System.Text.Json.Nodes;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.Json;
using EdgeGateway.Pooling;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>
/// The table of api.md, config: reading, checking, resolving, showing and documenting a pool's configuration all go by it.
/// A default may use the fields above it.
/// </summary>
internal static class PoolFields
{
    /// <summary>What SESSION_POOL_MAX_IDLE_TIME is by itself; rules a server whose pool was never configured.</summary>
    private const int GlobalIdleDefault = 300;

    public static IReadOnlyList<PoolField> All { get; } =
    [
        Flag("enabled", "Whether this server has a pool. SESSION_POOL_ENABLED=false wins over it.", s => s.Enabled, (s, v) => s with { Enabled = v }),
        Choice("strategy", PoolStrategy.RoundRobin, "SESSION_POOL_STRATEGY", "Which session is picked for a request.", s => s.Strategy, (s, v) => s with { Strategy = v }, c => c.Globals.Strategy),
        Number("size", 1, 1000, 5, "SESSION_POOL_SIZE", "Sessions the pool holds when nothing else is asked of it.", s => s.Size, (s, v) => s with { Size = v }, c => c.Globals.Size),
        Number("min_size", 1, 1000, c => Math.Min(1, c.Resolved.Size!.Value), "min(1, size)", "The least the auto-scaler goes down to; at most size.", s => s.MinSize, (s, v) => s with { MinSize = v }),
        Number("max_size", 1, 1000, c => Math.Max(10, c.Resolved.Size!.Value), "max(10, size)", "The most sessions demand may open; at least size. Sessions bound to a client do not count.", s => s.MaxSize, (s, v) => s with { MaxSize = v }),
        Number("timeout", 1, 300, 30, null, "Seconds a request waits for a session before it is answered 503.", s => s.Timeout, (s, v) => s with { Timeout = v }),
        Number("max_idle_time", 60, 86400, 3600, "SESSION_POOL_MAX_IDLE_TIME", "Seconds after which an idle session above size is closed.", s => s.MaxIdleTime, (s, v) => s with { MaxIdleTime = v },
            c => c.Globals.MaxIdleTime ?? (c.Set is null ? GlobalIdleDefault : null)),
        Number("max_lifetime", 60, 86400, 3600, "SESSION_POOL_TTL", "Seconds after which a session is replaced, never during a call.", s => s.MaxLifetime, (s, v) => s with { MaxLifetime = v }, c => c.Globals.Ttl),
        Flag("auto_scale", "Whether the number of sessions follows demand between min_size and max_size.", s => s.AutoScale, (s, v) => s with { AutoScale = v }),
        Number("health_check_interval", 10, 3600, 60, "SESSION_POOL_HEALTH_CHECK_INTERVAL", "Seconds of idleness after which a session is probed.", s => s.HealthCheckInterval, (s, v) => s with { HealthCheckInterval = v }, c => c.Globals.HealthCheckInterval),
        Number("health_check_threshold", 1, 100, 70, null, "Percent of successes below which a session is taken out.", s => s.HealthCheckThreshold, (s, v) => s with { HealthCheckThreshold = v }),
        Number("rebalance_interval", 60, 3600, 300, "SESSION_POOL_REBALANCE_INTERVAL", "Seconds between attempts to spread sessions over the endpoints anew.", s => s.RebalanceInterval, (s, v) => s with { RebalanceInterval = v }, c => c.Globals.RebalanceInterval),
        Choice("isolation", Isolation.Auto, null, "Who may share a session.", s => s.Isolation, (s, v) => s with { Isolation = v }),
        Number("max_concurrency", 1, 32, 8, null, "Requests at once on one shared session.", s => s.MaxConcurrency, (s, v) => s with { MaxConcurrency = v }),
        Number("max_client_sessions", 1, 100_000, c => c.Transport == ServerTransport.Stdio ? 20 : 1000, "1000 (stdio 20)", "Client sessions bound at once.", s => s.MaxClientSessions, (s, v) => s with { MaxClientSessions = v }),
        Number("client_session_idle", 60, 604_800, 3600, null, "Seconds without a request or stream after which a client session ends.", s => s.ClientSessionIdle, (s, v) => s with { ClientSessionIdle = v }),
        Number("max_pending", 0, 100_000, _ => 0, "0 = 4·max_size·max_concurrency", "Requests that may wait at once; the next is answered 503.", s => s.MaxPending, (s, v) => s with { MaxPending = v }),
        new StickyHeaderField(),
    ];

    /// <summary>Reads what a document sets; absent fields stay null.</summary>
    public static PoolSettings Read(JsonFields from) => All.Aggregate(new PoolSettings(), (settings, field) => field.Read(from, settings));

    /// <summary>The fields that are set, under their names.</summary>
    public static JsonObject Write(PoolSettings settings)
    {
        var json = new JsonObject();
        foreach (var field in All)
        {
            if (field.Write(settings) is { } value)
            {
                json[field.Name] = value;
            }
        }

        return json;
    }

    private static PoolField<bool> Flag(string name, string help, Func<PoolSettings, bool?> get, Func<PoolSettings, bool?, PoolSettings> with) =>
        new(name, "false", "", null, help)
        {
            Parse = static (fields, field) => fields.Flag(field),
            Get = get,
            With = with,
            DefaultValue = static _ => false,
            ToJson = static value => JsonValue.Create(value),
        };

    private static PoolField<int> Number(
        string name, int min, int max, int defaultValue, string? global, string help,
        Func<PoolSettings, int?> get, Func<PoolSettings, int?, PoolSettings> with, Func<PoolContext, int?>? globalValue = null) =>
        Number(name, min, max, _ => defaultValue, defaultValue.ToString(), help, get, with, global, globalValue);

    private static PoolField<int> Number(
        string name, int min, int max, Func<PoolContext, int> defaultValue, string defaultText, string help,
        Func<PoolSettings, int?> get, Func<PoolSettings, int?, PoolSettings> with, string? global = null, Func<PoolContext, int?>? globalValue = null) =>
        new(name, defaultText, $"{min}–{max}", global, help)
        {
            Parse = (fields, field) => fields.Integer(field, min, max),
            Get = get,
            With = with,
            GlobalValue = globalValue ?? (static _ => null),
            DefaultValue = defaultValue,
            ToJson = static value => JsonValue.Create(value),
        };

    private static PoolField<TEnum> Choice<TEnum>(
        string name, TEnum defaultValue, string? global, string help,
        Func<PoolSettings, TEnum?> get, Func<PoolSettings, TEnum?, PoolSettings> with, Func<PoolContext, TEnum?>? globalValue = null)
        where TEnum : struct, Enum =>
        new(name, WireName<TEnum>.Of(defaultValue), string.Join(", ", WireName<TEnum>.All), global, help)
        {
            Parse = static (fields, field) => fields.Choice<TEnum>(field),
            Get = get,
            With = with,
            GlobalValue = globalValue ?? (static _ => null),
            DefaultValue = _ => defaultValue,
            ToJson = static value => JsonValue.Create(WireName<TEnum>.Of(value)),
        };
}
