using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Http;
using EdgeGateway.ControlPlane.Servers;

namespace EdgeGateway.ControlPlane.Pools;

/// <summary>What a default may depend on.</summary>
/// <param name="Set">What was set for the server; null when it never was configured.</param>
/// <param name="Globals">The SESSION_POOL_* settings.</param>
/// <param name="Transport">The server's transport.</param>
/// <param name="Resolved">The fields above this one in the table, resolved.</param>
internal readonly record struct PoolContext(PoolSettings? Set, PoolDefaults Globals, ServerTransport Transport, PoolSettings Resolved);

/// <summary>One field of a pool's configuration: all there is to know about it.</summary>
/// <param name="name">On the wire.</param>
/// <param name="defaultText">The default, for people.</param>
/// <param name="range">The range, for people; empty where any value goes.</param>
/// <param name="global">The setting that gives a global default, or null.</param>
/// <param name="help">One sentence.</param>
internal abstract class PoolField(string name, string defaultText, string range, string? global, string help)
{
    public string Name { get; } = name;

    public string Default { get; } = defaultText;

    public string Range { get; } = range;

    public string? Global { get; } = global;

    public string Help { get; } = help;

    /// <summary>Takes the field from a document; notes what is wrong with it.</summary>
    public abstract PoolSettings Read(JsonFields from, PoolSettings into);

    /// <summary>Gives the field its effective value in <paramref name="context"/>.Resolved; says where it comes from.</summary>
    public abstract (PoolSettings Resolved, string Source) Resolve(in PoolContext context);

    /// <summary>The value for the wire; null when unset.</summary>
    public abstract JsonNode? Write(PoolSettings from);
}

/// <inheritdoc cref="PoolField"/>
internal sealed class PoolField<T>(string name, string defaultText, string range, string? global, string help)
    : PoolField(name, defaultText, range, global, help)
    where T : struct
{
    public required Func<JsonFields, string, T?> Parse { get; init; }

    public required Func<PoolSettings, T?> Get { get; init; }

    public required Func<PoolSettings, T?, PoolSettings> With { get; init; }

    public Func<PoolContext, T?> GlobalValue { get; init; } = static _ => null;

    public required Func<PoolContext, T> DefaultValue { get; init; }

    public required Func<T, JsonNode> ToJson { get; init; }

    public override PoolSettings Read(JsonFields from, PoolSettings into) => With(into, Parse(from, Name));

    public override (PoolSettings Resolved, string Source) Resolve(in PoolContext context)
    {
        if (context.Set is { } set && Get(set) is { } own)
        {
            return (With(context.Resolved, own), PoolSources.Server);
        }

        return GlobalValue(context) is { } global
            ? (With(context.Resolved, global), PoolSources.Global)
            : (With(context.Resolved, DefaultValue(context)), PoolSources.Default);
    }

    public override JsonNode? Write(PoolSettings from) => Get(from) is { } value ? ToJson(value) : null;
}

/// <summary>The one field that is text and has no default.</summary>
internal sealed class StickyHeaderField() : PoolField(
    "sticky_header", "–", "header name", null, "Request header whose value is the key of the sticky strategy for callers without a client session.")
{
    public override PoolSettings Read(JsonFields from, PoolSettings into)
    {
        var header = from.Text(Name, 1, HeaderRules.MaxNameLength);
        if (header is not null && HeaderRules.Refuse(header) is { } why)
        {
            from.Fail(Name, why);
        }

        return into with { StickyHeader = header };
    }

    public override (PoolSettings Resolved, string Source) Resolve(in PoolContext context) => context.Set?.StickyHeader is { } header
        ? (context.Resolved with { StickyHeader = header }, PoolSources.Server)
        : (context.Resolved, PoolSources.Default);

    public override JsonNode? Write(PoolSettings from) => from.StickyHeader is { } header ? JsonValue.Create(header) : null;
}

/// <summary>Where an effective value comes from.</summary>
internal static class PoolSources
{
    public const string Server = "server";
    public const string Global = "global";
    public const string Default = "default";
}
