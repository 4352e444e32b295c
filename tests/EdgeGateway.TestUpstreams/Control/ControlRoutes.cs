using System.Text.Json.Nodes;

namespace EdgeGateway.TestUpstreams.Control;

/// <summary>The test's levers over HTTP, for upstreams that run as a program of their own. Arguments are query parameters.</summary>
internal static class ControlRoutes
{
    public static void Map(WebApplication app, TestUpstream upstream)
    {
        app.MapGet("/control/record", context => WriteAsync(context, Snapshot(upstream)));
        app.MapPost("/control/faults", context => DoAsync(context, () => upstream.Faults.Add(FaultQuery.Parse(context.Request.Query))));
        app.MapDelete("/control/faults", context => DoAsync(context, upstream.Faults.Clear));
        app.MapPost("/control/forget", context => DoAsync(context, () =>
        {
            upstream.Faults.DeadSessionStatus = FaultQuery.Number(context.Request.Query, "status") ?? 404;
            upstream.ForgetSessions();
        }));
        app.MapPost("/control/gate/open", context => DoAsync(context, upstream.Gate.Open));
        app.MapPost("/control/gate/close", context => DoAsync(context, upstream.Gate.Close));
        app.MapPost("/control/hold/release", context => DoAsync(context, upstream.Faults.Hold.Pulse));
        app.MapPost("/control/touch", context => DoAsync(context, () => upstream.Touch(context.Request.Query["uri"].ToString())));
        app.MapPost("/control/pause", context => DoAsync(context, () => context.Response.OnCompleted(() => PauseAsync(upstream, context))));
    }

    private static async Task DoAsync(HttpContext context, Action act)
    {
        try
        {
            act();
            await WriteAsync(context, new JsonObject { ["ok"] = true });
        }
        catch (FormatException wrong)
        {
            context.Response.StatusCode = 400;
            await WriteAsync(context, new JsonObject { ["ok"] = false, ["error"] = wrong.Message });
        }
    }

    /// <summary>Stops listening for <c>ms</c>, then listens again. Runs detached: it ends the very connection that asked for it.</summary>
    private static Task PauseAsync(TestUpstream upstream, HttpContext context)
    {
        var pause = TimeSpan.FromMilliseconds(FaultQuery.Number(context.Request.Query, "ms") ?? 1000);
        _ = Task.Run(async () =>
        {
            await upstream.StopListeningAsync();
            await Task.Delay(pause, upstream.Options.Clock);
            await upstream.StartListeningAsync();
        });
        return Task.CompletedTask;
    }

    private static JsonObject Snapshot(TestUpstream upstream)
    {
        var recorded = upstream.Recorded;
        var byMethod = new JsonObject();
        foreach (var (method, count) in recorded.RequestsByMethod.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            byMethod[method] = count;
        }

        return new JsonObject
        {
            ["handshakes"] = recorded.Handshakes,
            ["open_sessions"] = upstream.OpenSessions,
            ["closed_sessions"] = recorded.SessionsClosed,
            ["forgotten_sessions"] = recorded.SessionsForgotten,
            ["stray_responses"] = recorded.StrayResponses,
            ["requests_by_method"] = byMethod,
        };
    }

    private static Task WriteAsync(HttpContext context, JsonObject json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json.ToJsonString(), context.RequestAborted);
    }
}
