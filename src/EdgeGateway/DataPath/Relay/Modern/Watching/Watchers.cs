using System.Security.Cryptography;
using System.Text;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>The watchers there are, as long as somebody listens: one for each user and credential of a server, or one for all where sessions are shared.</summary>
internal sealed class Watchers(RelayServices services)
{
    /// <summary>How long a server may take to open its stream.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();

    // Read and written under the lock, places too; nothing is waited for under it, so a server that is slow holds up its own listeners only.
    private readonly Dictionary<(string Server, string Partition, string Fingerprint), Place> _places = [];

    /// <summary>The watcher of this caller; null when its server has nothing to listen to, or there is no session for it.</summary>
    /// <param name="route">The server.</param>
    /// <param name="caller">Who listens.</param>
    /// <param name="headers">Of the caller's own, to be sent upstream.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public async ValueTask<(Watcher? Watcher, RelayError? Refused)> JoinAsync(
        ServerRoute route, Caller caller, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var partition = route.Pool.Options.Isolation == Isolation.Shared ? "" : caller.Principal;
        var key = (route.Server.Id, partition, caller.Credential.Fingerprint + DigestOf(headers));
        Place? place;
        var isFirst = false;
        lock (_lock)
        {
            if (!_places.TryGetValue(key, out place) || place.HasEnded)
            {
                (place, isFirst) = (new Place(), true);
                _places[key] = place;
            }

            place.Streams++;
        }

        if (isFirst)
        {
            // For all who join meanwhile: it does not end with the one who began it, nor run in that one's context.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(() => StartAsync(place, route, caller, headers), CancellationToken.None);
            }
        }

        try
        {
            var joined = await place.Started.WaitAsync(cancellationToken);
            if (joined.Watcher is null)
            {
                Leave(place);
            }

            return joined;
        }
        catch (OperationCanceledException)
        {
            Leave(place);
            throw;
        }
    }

    /// <param name="watcher">From <see cref="JoinAsync"/>; once for each time it was joined.</param>
    public void Leave(Watcher watcher)
    {
        Place? left;
        lock (_lock)
        {
            left = _places.Values.FirstOrDefault(place => place.IsOf(watcher));
        }

        if (left is null)
        {
            // It had ended, and another stands in its place.
            watcher.End();
            return;
        }

        Leave(left);
    }

    /// <summary>What goes upstream in the caller's own name: whoever sends something else listens for itself.</summary>
    private static string DigestOf(IReadOnlyList<KeyValuePair<string, string>> headers) => headers.Count == 0
        ? ""
        : Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', headers.Select(header => $"{header.Key}: {header.Value}")))));

    private void Leave(Place left)
    {
        lock (_lock)
        {
            if (--left.Streams > 0)
            {
                return;
            }

            foreach (var (key, place) in _places)
            {
                if (ReferenceEquals(place, left))
                {
                    _places.Remove(key);
                    break;
                }
            }
        }

        _ = EndAsync(left);
    }

    private static async Task EndAsync(Place left) => (await left.Started).Watcher?.End();

    private async Task StartAsync(Place place, ServerRoute route, Caller caller, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        using var patience = new CancellationTokenSource(Patience, services.Clock);
        Watcher? watcher = null;
        try
        {
            var bound = await route.Pool.BindAsync(caller with { Class = new SessionClass(ProtocolVersions.NewestLegacy, "{}") }, patience.Token);
            if (bound.Refusal is { } refusal)
            {
                place.Complete(null, RelayError.From(refusal));
                return;
            }

            watcher = new Watcher(bound.Binding is { } binding ? new WatchedSession(binding) : new WatchedSession(bound.Sample!), headers, route.Server.Name, services);
            var (listens, refused) = await watcher.StartAsync(patience.Token);
            if (listens)
            {
                place.Complete(watcher, null);
                return;
            }

            if (refused is not null)
            {
                watcher.End();
                place.Complete(null, refused);
                return;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            services.Log.SideMessageLost("timeout");
        }
#pragma warning disable CA1031 // whatever it is, those who wait must not wait for ever
        catch (Exception bug)
#pragma warning restore CA1031
        {
            services.Log.Unexpected(bug);
        }

        watcher?.End();
        place.Complete(null, null);
    }

    /// <summary>A watcher, or the attempt to have one, and how many streams hold it.</summary>
    private sealed class Place
    {
        private readonly TaskCompletionSource<(Watcher? Watcher, RelayError? Refused)> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(Watcher? Watcher, RelayError? Refused)> Started => _started.Task;

        // Read and written under the lock of the watchers.
        public int Streams { get; set; }

        /// <summary>Whether it is of no use to whoever comes now.</summary>
        public bool HasEnded => Started.IsCompleted && Started.Result.Watcher?.Ended.IsCancellationRequested != false;

        public bool IsOf(Watcher watcher) => Started.IsCompleted && ReferenceEquals(Started.Result.Watcher, watcher);

        public void Complete(Watcher? watcher, RelayError? refused) => _started.TrySetResult((watcher, refused));
    }
}
