using System.Diagnostics;
using System.Text;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Telemetry;

/// <summary>Trace context as a request carries it: <c>params._meta.traceparent</c> and <c>tracestate</c>, or the headers of the same names (W3C Trace Context).</summary>
internal static class TraceContext
{
    /// <summary>Version 00: two digits, 32 of the trace, 16 of the span, 2 of flags.</summary>
    private const int Length = 55;

    private const int LongestState = 512;

    private const string ParentHeader = "traceparent";
    private const string StateHeader = "tracestate";

    /// <summary>What the request is part of; the body's word counts before the headers', which may be a proxy's. Default when it says nothing.</summary>
    public static ActivityContext Of(HttpRequest request, ReadOnlySpan<byte> message, in Envelope envelope)
    {
        var meta = Meta(message, envelope);
        if (ActivityContext.TryParse(Text(JsonMembers.Find(meta, "traceparent"u8)), State(Text(JsonMembers.Find(meta, "tracestate"u8))), isRemote: true, out var context))
        {
            return context;
        }

        return ActivityContext.TryParse(request.Headers[ParentHeader].ToString(), State(request.Headers[StateHeader].ToString()), isRemote: true, out context) ? context : default;
    }

    /// <summary>The headers as they came, for a gateway that takes no part in the trace; null when there are none, or they are no trace context.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>>? Passed(HttpRequest request)
    {
        var parent = request.Headers[ParentHeader];
        return parent.Count == 1 && parent[0]!.Length == Length && ActivityContext.TryParse(parent[0], null, out _)
            ? Headers(parent[0]!, State(request.Headers[StateHeader].ToString()))
            : null;
    }

    public static IReadOnlyList<KeyValuePair<string, string>> Headers(Activity span) => Headers(span.Id!, span.TraceStateString);

    /// <summary>Writes the span over the one that <c>_meta</c> names. Of the same length, so nothing in the message moves; where none stands, none is added.</summary>
    public static void Overwrite(Span<byte> message, in Envelope envelope, Activity span)
    {
        var meta = Meta(message, envelope);
        var value = JsonMembers.Locate(meta, "traceparent"u8);
        if (value.Length == Length + 2 && ActivityContext.TryParse(Text(value.Of(meta)), null, out _))
        {
            var start = envelope.Params.Start + JsonMembers.Locate(envelope.Params.Of(message), "_meta"u8).Start + value.Start + 1;
            Encoding.ASCII.GetBytes(span.Id, message.Slice(start, Length));
        }
    }

    /// <summary>
    /// What of a client's state may become a header: visible ASCII, as long as W3C says one must pass (3.3.1.5). Anything else would fail the
    /// request upstream, and that would count against the server.
    /// </summary>
    private static string? State(string? state) => state is { Length: > 0 and <= LongestState } && !state.AsSpan().ContainsAnyExceptInRange(' ', '~') ? state : null;

    private static string? Text(ReadOnlySpan<byte> json) => json.Length > 2 && json[0] == '"' ? JsonText.Decode(json) : null;

    private static ReadOnlySpan<byte> Meta(ReadOnlySpan<byte> message, in Envelope envelope) =>
        envelope.Params.Exists ? JsonMembers.Find(envelope.Params.Of(message), "_meta"u8) : default;

    private static IReadOnlyList<KeyValuePair<string, string>> Headers(string parent, string? state) =>
        string.IsNullOrEmpty(state) ? [new(ParentHeader, parent)] : [new(ParentHeader, parent), new(StateHeader, state)];
}
