using EdgeGateway.Pooling.Line;
using EdgeGateway.Pooling.Slots;
using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling;

/// <content>Where callers find sessions: in a slot of the ring, shown by a partition's view. Under the gate.</content>
internal sealed partial class PoolState<TSession>
{
    /// <summary>Puts a session into the ring, where callers find it: in the stock when it is fresh, else in its partition.</summary>
    public void Seat(SessionEntry<TSession> entry)
    {
        // Kinds and partitions that nothing was of may have been forgotten while it was bound.
        entry.Kind = Turnstile.Partitions.KindOf(entry.Kind.Class, entry.Kind.Credential);
        entry.Owner = IsShared(entry) ? entry.Kind.Shared
            : entry.Owner is { } owner ? entry.Kind.Of(owner.Principal!)
            : null;
        Ring.Add(entry);
        if (!MayServe(entry))
        {
            entry.Suspend();
        }

        MoveInto(entry.Owner ?? entry.Kind.Stock, entry);
    }

    /// <summary>A fresh session becomes the caller's, for good.</summary>
    public void Claim(SessionEntry entry, in Ask ask)
    {
        var stock = entry.Partition!;
        stock.Inhabitants--;
        entry.Owner = OwnerAfter(ask, entry);
        MoveInto(entry.Owner, entry);
        Show(stock);
    }

    /// <summary>Takes an idle session out of the ring, to be bound; false when somebody just leased it.</summary>
    public bool TryTakeOut(SessionEntry<TSession> entry)
    {
        var place = entry.Place;
        if (!entry.TryLeaveIdle())
        {
            return false;
        }

        Unseat(entry, place);
        return true;
    }

    /// <summary>Suspends or resumes a session, as its endpoint's circuit and its own probe say.</summary>
    public void Reconsider(SessionEntry entry)
    {
        if (entry.State != EntryState.Ready || entry.Partition is null || entry.OneShot || MayServe(entry) == entry.TakesLeases)
        {
            return;
        }

        if (entry.TakesLeases)
        {
            entry.Suspend();
        }
        else
        {
            entry.Resume();
        }

        Show(entry.Partition);
    }

    /// <summary>Tells callers which sessions of a partition take leases now.</summary>
    public void Show(Partition? partition)
    {
        if (partition is null)
        {
            return;
        }

        var seats = partition.Inhabitants == 0 ? [] : new Seat[partition.Inhabitants];
        var count = 0;
        foreach (var entry in partition.Inhabitants == 0 ? default : Ring.Entries)
        {
            if (entry is { TakesLeases: true, OneShot: false } && ReferenceEquals(entry.Partition, partition))
            {
                seats[count++] = new Seat(entry, entry.Breaker.State == CircuitState.Closed ? Options.MaxConcurrency : 1);
            }
        }

        partition.Show(seats[..count], PlacementOf(partition), Shares);
    }

    public void ShowAll()
    {
        foreach (var partition in Turnstile.Partitions.All)
        {
            Show(partition);
        }
    }

    private PlacementKind PlacementOf(Partition partition) => Options.Strategy switch
    {
        _ when Options.Isolation == Isolation.Auto && partition is { IsShared: false, IsStock: false } => PlacementKind.MostRecent,
        PoolStrategy.LeastConnections => PlacementKind.LeastConnections,
        PoolStrategy.Sticky => PlacementKind.Sticky,
        PoolStrategy.Weighted => PlacementKind.Weighted,
        _ => PlacementKind.RoundRobin,
    };

    /// <summary>While an endpoint returns, as many of its sessions serve as its breaker lets in at once.</summary>
    private bool MayServe(SessionEntry entry)
    {
        if (entry.IsSuspect || entry.IsSetAside)
        {
            return false;
        }

        var allowed = entry.Breaker.Allowed;
        if (allowed is 0 or int.MaxValue)
        {
            return allowed > 0;
        }

        foreach (var other in Ring.Entries)
        {
            if (allowed <= 0 || ReferenceEquals(other, entry))
            {
                break;
            }

            allowed -= other is { State: EntryState.Ready, IsSuspect: false } && ReferenceEquals(other.Breaker, entry.Breaker) ? 1 : 0;
        }

        return allowed > 0;
    }

    private void MoveInto(Partition partition, SessionEntry entry)
    {
        entry.Partition = partition;
        partition.Inhabitants++;
        Show(partition);
    }

    /// <summary>The session has left its slot.</summary>
    private void Unseat(SessionEntry<TSession> entry, int place)
    {
        if (place < 0)
        {
            return;
        }

        Ring.Vacate(place);
        if (entry.Partition is { } partition)
        {
            entry.Partition = null;
            partition.Inhabitants--;
            Show(partition);
        }
    }
}
