using System.Diagnostics;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.Telemetry;

/// <summary>
/// One span for the client's request, and below it one for each try on a session. Where no exporter is set there are no spans, and the
/// client's trace context is passed on as it came.
/// </summary>
internal sealed class CallTracer : IDisposable
{
    private readonly ActivitySource _source = new(MeterNames.Mcp);

    public static CallTracer None { get; } = new();

    /// <summary>The client's request; null when nobody traces. Dispose it when the client has its answer.</summary>
    public Activity? BeginServed(Exchange x)
    {
        if (!_source.HasListeners() || x.Envelope.Kind is not (MessageKind.Request or MessageKind.Notification))
        {
            return null;
        }

        var span = Begin(x, ActivityKind.Server, TraceContext.Of(x.Http.Request, x.Message.Span, x.Envelope));
        x.Span = span;
        if (CallLabels.VersionOf(x) is { } version)
        {
            span?.SetTag("mcp.protocol.version", version);
        }

        span?.SetTag("network.transport", "tcp");
        return span;
    }

    /// <summary>A try on a session; what is sent upstream after this names it. Dispose it when the try has ended.</summary>
    public Activity? BeginAsked(Exchange x, PooledUpstream session)
    {
        if (x.Span is not { } parent || Begin(x, ActivityKind.Client, parent.Context) is not { } span)
        {
            return null;
        }

        x.TraceHeaders = TraceContext.Headers(span);
        x.Overwrite(span);
        span.SetTag("mcp.protocol.version", CallLabels.VersionOf(session));
        span.SetTag("network.transport", CallLabels.TransportOf(x));
        return span;
    }

    public static void Fail(Activity? span, RelayError? error)
    {
        if (span is not null && error is not null)
        {
            span.SetTag("error.type", error.Type);
            span.SetStatus(ActivityStatusCode.Error, error.Message);
        }
    }

    public void Dispose() => _source.Dispose();

    private Activity? Begin(Exchange x, ActivityKind kind, ActivityContext parent)
    {
        var method = CallLabels.MethodOf(x);
        var tool = CallLabels.ToolOf(x);

        // The web server has one of its own around each request, which is sent nowhere: a trace must not begin with it.
        Activity.Current = null;
        var span = _source.StartActivity(tool is null ? method : $"{method} {tool}", kind, parent);
        span?.SetTag("mcp.method.name", method);
        span?.SetTag("pool", x.Route.Server.Name);
        if (tool is not null)
        {
            span?.SetTag("gen_ai.tool.name", tool);
        }

        return span;
    }
}
