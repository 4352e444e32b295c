using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>The GET stream of a legacy client whose server's sessions are shared: what the one watcher of them all hears and this client wants.</summary>
internal sealed class SharedStream(HttpContext http, ServerRoute route, ClientSession client, Caller caller, Watchers watchers, ReadyState ready, RelayServices services)
{
    /// <summary>A server that ends its stream at once is not asked in a loop.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<KeyValuePair<string, string>> _headers = Callers.RequestHeaders(http.Request, route);

    public async Task RunAsync()
    {
        var (watcher, refused) = await watchers.JoinAsync(route, caller, _headers, http.RequestAborted);
        if (watcher is null)
        {
            await Exchange.Answer(http, refused ?? RelayError.NoUpstreamStream);
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, ready.DrainBegun);
        try
        {
            while (watcher is not null)
            {
                await ListenAsync(watcher, ends.Token);
                await Task.Delay(Pause, services.Clock, ends.Token);
                (watcher, _) = await watchers.JoinAsync(route, caller, _headers, ends.Token);
            }
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The client left, or the gateway stops: the stream ends.
        }
    }

    /// <summary>Until the watcher's session ends, or the client's stream.</summary>
    private async Task ListenAsync(Watcher watcher, CancellationToken ended)
    {
        var heard = new HeardMessages();
        NotificationFilter? filter = null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ended, watcher.Ended);
        try
        {
            client.Subscriptions.StartConfirming();
            if (!http.Response.HasStarted)
            {
                await EventStream.BeginAsync(http);
            }

            while (!over.IsCancellationRequested)
            {
                // Before the subscriptions are read: what changes in between is not missed.
                using var changed = client.Subscriptions.UntilChanged();
                using var stops = CancellationTokenSource.CreateLinkedTokenSource(over.Token, changed.Token);
                var (uris, applied) = client.Subscriptions.Take();
                var wanted = new NotificationFilter(true, true, true, [.. uris.Select(uri => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(uri))]);
                await watcher.ChangeAsync(filter, wanted, heard.Writer);
                filter = wanted;
                applied.TrySetResult();
                await heard.RelayAsync(http, message => EventStream.WriteAsync(http, new SseFrame(null, message, null, null)), services.Clock, stops.Token);
            }
        }
        finally
        {
            client.Subscriptions.StopConfirming();
            await watcher.ChangeAsync(filter, null, heard.Writer);
            watchers.Leave(watcher);
        }
    }
}
