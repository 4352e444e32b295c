using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>What a legacy client's stream listens on where its upstream has no sessions.</summary>
/// <param name="Session">Never null when nothing was refused.</param>
/// <param name="Refused">Why there is none.</param>
/// <param name="Closed">Fires when another one is to be listened on.</param>
internal readonly record struct ListenedUpstream(PooledUpstream? Session, RelayError? Refused, CancellationToken Closed)
{
    public static async ValueTask<ListenedUpstream> FindAsync(ServerRoute route, ClientSession client, Caller caller, CancellationToken cancellationToken)
    {
        if (client.Binding is { } binding)
        {
            return binding.Ended.IsCancellationRequested
                ? new(null, RelayError.SessionNotFound, default)
                : new(binding.Session, null, binding.Session.Closed);
        }

        var acquired = await route.Pool.AcquireAsync(caller, LeaseMode.Shared, cancellationToken);
        if (acquired.Refusal is { } refusal)
        {
            return new(null, RelayError.From(refusal), default);
        }

        // A stream takes no permit while it is open.
        var upstream = acquired.Lease.Session;
        acquired.Lease.Release(upstream.Session.IsGone ? LeaseOutcome.SessionGone : LeaseOutcome.Reusable);

        // Without a pool a session is closed after its one lease, and so would be the next.
        var isKept = route.Pool.Options is { Enabled: true, Strategy: not PoolStrategy.None };
        return new(upstream, null, isKept ? upstream.Closed : CancellationToken.None);
    }
}
