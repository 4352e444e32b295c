using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>
/// The GET stream of a legacy client whose upstream has no sessions: one subscriptions/listen (protocol.md section 3). When the client
/// subscribes to more, or the upstream's connection is another one, the next is open before the one before it is left.
/// </summary>
internal sealed class VirtualStream(HttpContext http, ClientSession client, Caller caller, IReadOnlyList<KeyValuePair<string, string>> headers, ServerRoute route, RoutingTable routes, RelayServices services, CancellationToken drainBegun)
{
    /// <summary>A server that ends its stream at once is not asked in a loop.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>How long whoever subscribes waits for a server that does not acknowledge.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What the server said to one listening before it knew of the next is under way no longer than this.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(250);

    private readonly HeardMessages _heard = new();

    public async Task RunAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drainBegun);
        var upstream = await ListenedUpstream.FindAsync(route, client, caller, http.RequestAborted);
        if (upstream.Refused is { } refused)
        {
            await Exchange.Answer(http, refused);
            return;
        }

        using var held = client.Binding?.HoldStream();
        client.Subscriptions.StartConfirming();
        try
        {
            await EventStream.BeginAsync(http);
            await Task.WhenAll(RelayAsync(over), ListenAsync(upstream, over));
        }
        finally
        {
            client.Subscriptions.StopConfirming();
        }
    }

    private async Task RelayAsync(CancellationTokenSource over)
    {
        try
        {
            await _heard.RelayAsync(http, message => EventStream.WriteAsync(http, new SseFrame(null, message, null, null)), services.Clock, over.Token);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    private async Task ListenAsync(ListenedUpstream upstream, CancellationTokenSource over)
    {
        var succession = new Succession(_heard.Writer);
        VirtualListen? current = null;
        try
        {
            while (upstream.Session is { } session)
            {
                // Before the subscriptions are read: what changes in between is not missed.
                using var changed = client.Subscriptions.UntilChanged();
                var (uris, applied) = client.Subscriptions.Take();
                var before = current;
                current = new VirtualListen(session, uris, headers, Outdate, succession, services.Clock);
                await using (before)
                {
                    await UntilAcknowledgedAsync(current, applied, over.Token);
                    succession.Begin(current);
                    await UntilRestIsHeardAsync(before, over.Token);
                }

                succession.End();
                await UntilOtherIsWantedAsync(current, changed.Token, upstream.Closed, over.Token);
                if (upstream.Closed.IsCancellationRequested)
                {
                    var next = await ListenedUpstream.FindAsync(route, client, caller, over.Token);
                    upstream = ReferenceEquals(next.Session, session) ? default : next;
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The client left, or the gateway stops.
        }
        catch (UpstreamException lost)
        {
            // The client opens its stream anew.
            services.Log.UpstreamFailed(route.Server.Name, lost.Fault.Reason, lost.Fault.Cause);
        }
        finally
        {
            await (current?.DisposeAsync() ?? default);
            await over.CancelAsync();
        }
    }

    /// <summary>The server's connection may be another one by now, and with it what is kept of its answers.</summary>
    private void Outdate() => (routes.Find(route.Server.Id) ?? route).Answers.Outdate();

    /// <summary>Whoever subscribed hears that the server knows, or that it has been told long ago.</summary>
    private async Task UntilAcknowledgedAsync(VirtualListen listen, TaskCompletionSource applied, CancellationToken ended)
    {
        try
        {
            await listen.Acknowledged.WaitAsync(Patience, services.Clock, ended);
        }
        catch (TimeoutException)
        {
            services.Log.SideMessageLost("timeout");
        }
        finally
        {
            applied.TrySetResult();
        }
    }

    private async Task UntilRestIsHeardAsync(VirtualListen? before, CancellationToken ended)
    {
        if (before is { Ended.IsCompleted: false })
        {
            using var heard = CancellationTokenSource.CreateLinkedTokenSource(ended);
            await Task.WhenAny(before.Ended, Task.Delay(Rest, services.Clock, heard.Token));
            await heard.CancelAsync();
        }
    }

    /// <summary>Until something else is to be listened to, or it is to be asked again because the server has ended it.</summary>
    private async Task UntilOtherIsWantedAsync(VirtualListen listen, CancellationToken changed, CancellationToken closed, CancellationToken ended)
    {
        using var stops = CancellationTokenSource.CreateLinkedTokenSource(changed, closed, ended);
        try
        {
            await listen.Ended.WaitAsync(stops.Token);
            await Task.Delay(Pause, services.Clock, stops.Token);
        }
        catch (OperationCanceledException) when (stops.IsCancellationRequested && !ended.IsCancellationRequested)
        {
            // Another one takes its place.
        }
    }
}
