using EdgeGateway.ControlPlane.Problems;
using EdgeGateway.DataPath.Authenticate;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Lifecycle;

namespace EdgeGateway.ControlPlane.Events;

/// <summary><c>GET /events</c>: what the admin page shows live.</summary>
internal sealed class EventsEndpoints(LiveFeed feed, ReadyState process, TimeProvider clock)
{
    /// <summary>A timer cannot be set for longer; nobody looks at a page for that long.</summary>
    private static readonly TimeSpan LongestStream = TimeSpan.FromDays(1);

    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/events", StreamAsync).RequirePermission(Permissions.ServersRead);

    private async Task StreamAsync(HttpContext http)
    {
        using var listener = feed.TryListen();
        if (listener is null)
        {
            await Problem.Of(ProblemTypes.TooManyListeners, "too many event streams are open; close a page").ExecuteAsync(http);
            return;
        }

        // A stream must not outlive what it was let in with.
        var left = http.GetPrincipal().ExpiresAt - clock.GetUtcNow();
        using var expired = new CancellationTokenSource(left < LongestStream ? TimeSpan.FromTicks(Math.Max(0, left.Ticks)) : LongestStream, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, process.DrainBegun, expired.Token);
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
