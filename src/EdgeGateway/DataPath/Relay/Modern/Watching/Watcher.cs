using System.Text;
using System.Threading.Channels;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>
/// One session of a legacy server that does nothing but listen, for every stream its user has open (protocol.md section 2): subscribed to
/// what any of them wants, each notification given to those that do.
/// </summary>
internal sealed class Watcher(WatchedSession watched, IReadOnlyList<KeyValuePair<string, string>> headers, string serverName, RelayServices services)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A session has room for one stream. Whoever listened on it last has left, or is about to: a server notices soon.</summary>
    private static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();

    // Completed by the first listener, under the lock; waited for by the loop that gives out what is heard.
    private readonly TaskCompletionSource _hasListener = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Held while a change is noted and told. Never disposed: it has no handle.</summary>
    private SemaphoreSlim Changing { get; } = new(1);

    // Read and written under the lock.
    private readonly List<(NotificationFilter Filter, ChannelWriter<ReadOnlyMemory<byte>> Out)> _listeners = [];
    private readonly Dictionary<string, int> _subscribers = new(StringComparer.Ordinal);

    /// <summary>Fires when nothing more will come.</summary>
    public CancellationToken Ended => watched.Ended;

    public UpstreamSession Session => watched.Session;

    /// <summary>Opens the server's stream and begins to listen.</summary>
    /// <returns>Whether it listens. If not, what to tell who wanted to; null when the server has no stream.</returns>
    public async ValueTask<(bool Listens, RelayError? Refused)> StartAsync(CancellationToken cancellationToken)
    {
        await SideMessages.SendInitializedAsync(Session, headers, services);
        var began = services.Clock.GetTimestamp();
        while (true)
        {
            var reply = await Session.OpenStreamAsync(null, headers, cancellationToken);
            if (reply.Kind == ReplyKind.Events)
            {
                _ = ListenAsync(reply);
                return (true, null);
            }

            var isBusy = reply is { Kind: ReplyKind.HttpError, Status: StatusCodes.Status409Conflict };
            await reply.DisposeAsync();
            if (!isBusy || services.Clock.GetElapsedTime(began) >= BusyTime)
            {
                return (false, isBusy ? RelayError.StreamRefused(StatusCodes.Status409Conflict) : null);
            }

            await Task.Delay(BusyPause, services.Clock, cancellationToken);
        }
    }

    /// <summary>From now on what <paramref name="wanted"/> wants goes to the writer, in place of what <paramref name="before"/> wanted: nothing is lost or said twice.</summary>
    /// <param name="before">What the writer's stream listened for; null when it begins.</param>
    /// <param name="wanted">What it listens for; null when it ends.</param>
    /// <param name="output">Of the stream.</param>
    public async ValueTask ChangeAsync(NotificationFilter? before, NotificationFilter? wanted, ChannelWriter<ReadOnlyMemory<byte>> output)
    {
        // One change at a time, the server's knowledge of it included: an unsubscribe must not overtake the subscribe that came after it.
        await Changing.WaitAsync();
        try
        {
            foreach (var (method, uri) in Note(before, wanted, output))
            {
                await TellAsync(method, uri);
            }
        }
        finally
        {
            Changing.Release();
        }
    }

    private List<(string Method, string Uri)> Note(NotificationFilter? before, NotificationFilter? wanted, ChannelWriter<ReadOnlyMemory<byte>> output)
    {
        var told = new List<(string Method, string Uri)>();
        lock (_lock)
        {
            var (old, now) = (UrisOf(before), UrisOf(wanted));
            _listeners.RemoveAll(listener => ReferenceEquals(listener.Out, output));
            if (wanted is not null)
            {
                _listeners.Add((wanted, output));
                _hasListener.TrySetResult();
            }

            told.AddRange(now.Except(old).Where(uri => Count(uri, 1) == 1).Select(uri => ("resources/subscribe", uri)));
            told.AddRange(old.Except(now).Where(uri => Count(uri, -1) == 0).Select(uri => ("resources/unsubscribe", uri)));
            if ((_listeners.Count == 0 && watched.IsOwn) || watched.Ended.IsCancellationRequested)
            {
                // The session ends with its last listener, or has ended: nobody has to be told.
                told.Clear();
            }
        }

        return told;
    }

    public void End() => watched.End("nobody listens to it any more");

    private static HashSet<string> UrisOf(NotificationFilter? filter) =>
        filter is null ? [] : [.. filter.Uris.Select(uri => Encoding.UTF8.GetString(uri.Span))];

    /// <summary>Under the lock: how many streams want this resource now.</summary>
    private int Count(string uri, int change)
    {
        var count = _subscribers.GetValueOrDefault(uri) + change;
        if (count == 0)
        {
            _subscribers.Remove(uri);
        }
        else
        {
            _subscribers[uri] = count;
        }

        return count;
    }

    private async Task ListenAsync(UpstreamReply reply)
    {
        try
        {
            await using (reply)
            {
                // What the server says until then waits in the connection.
                await _hasListener.Task.WaitAsync(watched.Ended);
                await foreach (var frame in reply.ReadEventsAsync(watched.Ended))
                {
                    if (!frame.Data.IsEmpty && Envelope.Read(frame.Data.Span, out var envelope) == EnvelopeError.None)
                    {
                        await TakeAsync(frame.Data, envelope);
                    }
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or UpstreamException)
        {
            services.Log.WatchEnded(serverName);
        }
        finally
        {
            // Whoever listened is told by the end of the stream, and listens anew.
            watched.End("its stream has ended");
        }
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> message, Envelope envelope)
    {
        if (envelope.Kind == MessageKind.Request)
        {
            var id = envelope.Id.Of(message.Span);
            await SideMessages.SendAsync(Session, envelope.Method == McpMethod.Ping ? SideMessages.Pong(id) : SideMessages.Refusal(id), headers, services);
            return;
        }

        lock (_lock)
        {
            foreach (var (filter, output) in _listeners)
            {
                if (filter.Wants(message.Span, envelope))
                {
                    // A full one drops its oldest: the client is told that something changed, and looks.
                    output.TryWrite(message.ToArray());
                }
            }
        }
    }

    private async ValueTask TellAsync(string method, string uri)
    {
        var message = $$$"""{"jsonrpc":"2.0","id":{{{Encoding.ASCII.GetString(GatewayId.Next())}}},"method":"{{{method}}}","params":{"uri":{{{uri}}}}}""";
        using var patience = new CancellationTokenSource(Patience, services.Clock);
        try
        {
            await using var reply = await Session.PostAsync(Encoding.UTF8.GetBytes(message), headers, patience.Token);
            if (reply.Kind != ReplyKind.Events)
            {
                return;
            }

            // A stream that is left before its answer may be taken for a client that has gone.
            await foreach (var frame in reply.ReadEventsAsync(patience.Token))
            {
                if (Envelope.Read(frame.Data.Span, out var envelope) == EnvelopeError.None && envelope.Kind == MessageKind.Response)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            services.Log.SideMessageLost("timeout");
        }
        catch (UpstreamException lost)
        {
            services.Log.SideMessageLost(lost.Fault.Reason);
        }
    }
}
