using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.ControlPlane.Events;

/// <summary><c>GET /events</c>: what the admin page shows live.</summary>
internal static class EventsEndpoints
{
    /// <summary>A timer cannot be set for longer; nobody looks at a page for that long.</summary>
    private static readonly TimeSpan LongestStream = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/events", StreamAsync).RequirePermission(Permissions.ServersRead);

    private static async Task StreamAsync(HttpContext http)
    {
        var services = http.RequestServices;
        using var listener = services.GetRequiredService<LiveFeed>().TryListen();
        if (listener is null)
        {
            await Problem.Of(ProblemTypes.TooManyListeners, "too many event streams are open; close a page").ExecuteAsync(http);
            return;
        }

        // A stream must not outlive what it was let in with.
        var clock = services.GetRequiredService<TimeProvider>();
        var left = http.GetPrincipal().ExpiresAt - clock.GetUtcNow();
        using var expired = new CancellationTokenSource(left < LongestStream ? TimeSpan.FromTicks(Math.Max(0, left.Ticks)) : LongestStream, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, services.GetRequiredService<ReadyState>().DrainBegun, expired.Token);
        try
        {
            await EventStream.BeginAsync(http);
            await foreach (var block in listener.ReadAsync(ends.Token))
            {
                if (!await PermissionGuard.IsStillInAsync(http))
                {
                    return;
                }

                await http.Response.Body.WriteAsync(block, ends.Token);
                await http.Response.Body.FlushAsync(ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page was left, the gateway stops, or the sign-in is over: the stream ends.
        }
    }
}
