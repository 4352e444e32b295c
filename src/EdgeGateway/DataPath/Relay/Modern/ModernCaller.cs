using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>What a modern client's request needs to run on: an upstream without sessions, or a session opened as this client would have opened it.</summary>
internal static class ModernCaller
{
    /// <summary>Upstreams without sessions are told the capabilities with each request, so they are one class.</summary>
    private static readonly SessionClass Sessionless = new(ProtocolVersions.NewestModern, "{}");

    /// <summary>A client that declares nothing, as most do.</summary>
    private static readonly SessionClass Plain = new(ProtocolVersions.NewestLegacy, "{}");

    public static async ValueTask<Caller> OfAsync(Exchange x, ModernParams parameters)
    {
        var caller = Callers.From(x.Http.Request, x.Route, x.Principal, Sessionless);
        return await x.Route.Era.SpeaksModernAsync(caller.Credential.Headers, x.Http.RequestAborted) ? caller : caller with { Class = LegacyClass(x, parameters) };
    }

    /// <summary>Whether it is an upstream of the client's own era that serves this caller.</summary>
    public static bool IsSessionless(in Caller caller) => ReferenceEquals(caller.Class, Sessionless);

    private static SessionClass LegacyClass(Exchange x, in ModernParams parameters)
    {
        var declared = parameters.ClientCapabilities.Span;
        return x.Route.Pool.Options.Isolation == Isolation.Shared || declared.IsEmpty || declared.SequenceEqual("{}"u8)
            ? Plain
            : new SessionClass(ProtocolVersions.NewestLegacy, CanonicalJson.Of(declared));
    }

    /// <summary>Whether the client said that it can be asked this.</summary>
    public static bool Declares(ReadOnlyMemory<byte> capabilities, McpMethod asked)
    {
        var name = asked switch
        {
            McpMethod.ElicitationCreate => "elicitation"u8,
            McpMethod.SamplingCreateMessage => "sampling"u8,
            McpMethod.RootsList => "roots"u8,
            _ => default,
        };
        return !name.IsEmpty && JsonMembers.Locate(capabilities.Span, name).Exists;
    }

    /// <summary>The client's headers that mean something to an upstream of its own era.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> ForwardedHeaders(Exchange x)
    {
        var headers = new List<KeyValuePair<string, string>>(x.RequestHeaders) { new(Listen.McpHeaders.ProtocolVersion, x.Http.Request.Headers[Listen.McpHeaders.ProtocolVersion].ToString()) };
        foreach (var (name, values) in x.Http.Request.Headers)
        {
            if (name.Equals(Listen.McpHeaders.Method, StringComparison.OrdinalIgnoreCase)
                || name.Equals(Listen.McpHeaders.Name, StringComparison.OrdinalIgnoreCase)
                || name.StartsWith(Listen.McpHeaders.ParamPrefix, StringComparison.OrdinalIgnoreCase))
            {
                headers.Add(new(name, values.ToString()));
            }
        }

        return headers;
    }

    /// <summary>The level of a raw JSON string, as a number that grows with severity; −1 for none that is known.</summary>
    public static int LogLevel(ReadOnlySpan<byte> raw) => raw.IsEmpty ? -1 : Array.IndexOf(Levels, Encoding.UTF8.GetString(raw.Trim((byte)'"')));

    public static string LogLevelName(int level) => Levels[level];

    private static readonly string[] Levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];
}
