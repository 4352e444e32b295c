namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>What callers do with slots: lease their own, claim a fresh one, bind one, give it back.</summary>
internal sealed partial class SlotLifeModel
{
    private string? Act(Resident me, int choice) => me.At switch
    {
        Live.Bound => EndBinding(me, choice),
        _ when choice != 0 => null,
        Live.Begin => Begin(me),
        Live.L1 => ReadWord(me),
        Live.L2 => ReadPartition(me),
        Live.L3 => Take(me),
        Live.F1 => TryLock(me.Id) ? Look(me) : null,
        Live.F2 => FindFresh(me),
        Live.F3 => WritePartition(me),
        Live.F4 => TakeFresh(me),
        Live.B3 => Bind(me),
        Live.Holds => Publish(me),
        Live.R4 => TryLock(me.Id) ? Go(me, Live.R4Close, "R4 lock") : null,
        Live.R4Close => FinishClose(me),
        Live.U2 => ReturnToPartition(me),
        Live.U3 => ReturnToRing(me),
        _ => null,
    };

    private string? Begin(Resident me)
    {
        if (me.Wants == Errand.Lease)
        {
            me.At = Live.L1;
            return ReadWord(me);
        }

        return TryLock(me.Id) ? Look(me) : null;
    }

    private static string Look(Resident me)
    {
        me.Slot = 0;
        return Go(me, Live.F2, "F1 lock");
    }

    private string ReadWord(Resident me)
    {
        var place = _places[me.Slot];
        if (Has(Fault.PartitionReadBeforeTheWord) && me.SeenPartition == 0)
        {
            me.SeenPartition = place.Partition;
            if (me.SeenPartition != me.Principal)
            {
                NextSlot(me);
            }
            else
            {
                me.At = Live.L1;
            }

            return $"L2 read partition of {me.Slot + 1} too early";
        }

        if (place.Word.State != SlotState.Ready || place.Word.Permits == Permits)
        {
            NextSlot(me);
            return "L1 read word: not to be had";
        }

        me.Seen = place.Word;
        return Go(me, Has(Fault.PartitionReadBeforeTheWord) ? Live.L3 : Live.L2, "L1 read word: free");
    }

    private string ReadPartition(Resident me)
    {
        var isMine = _places[me.Slot].Partition == me.Principal;
        if (isMine)
        {
            me.At = Live.L3;
        }
        else
        {
            NextSlot(me);
        }

        return isMine ? "L2 read partition: mine" : "L2 read partition: another's";
    }

    private string Take(Resident me)
    {
        var place = _places[me.Slot];
        if (place.Word != me.Seen)
        {
            NextSlot(me);
            return "L3 take: lost the race";
        }

        TakePermit(me, place);
        Forget(me);
        return Go(me, Live.Holds, "L3 take");
    }

    private string FindFresh(Resident me)
    {
        var slot = Array.FindIndex(_places, place => place.Word.State == SlotState.Fresh);
        if (slot < 0 && me.Wants == Errand.Bind)
        {
            slot = Array.FindIndex(_places, place => place.Word.State == SlotState.Ready && place.Partition == me.Principal && (place.Word.Permits == 0 || Has(Fault.BindIgnoresPermits)));
            if (slot >= 0)
            {
                (me.Slot, me.Seen) = (slot, _places[slot].Word);
                return Go(me, Live.B3, $"F2 {slot + 1} is mine and idle");
            }
        }

        if (slot < 0)
        {
            _lock = 0;
            Next(me);
            return "F2 none is fresh: unlock";
        }

        (me.Slot, me.Seen) = (slot, _places[slot].Word);
        return Go(me, Has(Fault.PartitionWrittenTooLate) ? Live.F4 : Live.F3, $"F2 {slot + 1} is fresh");
    }

    /// <summary>Nobody looks at the partition of a fresh session; whoever sees the word ready sees the partition too.</summary>
    private string WritePartition(Resident me)
    {
        var place = _places[me.Slot];
        place.Partition = me.Principal;
        place.Settled = place.Settled == 0 ? me.Principal : place.Settled;
        if (Has(Fault.PartitionWrittenTooLate))
        {
            Forget(me);
            _lock = 0;
            return Go(me, Live.Holds, "F3 write partition, unlock");
        }

        return Go(me, me.Wants == Errand.Bind ? Live.B3 : Live.F4, "F3 write partition");
    }

    private string TakeFresh(Resident me)
    {
        var place = _places[me.Slot];
        Move(place, SlotState.Ready);
        TakePermit(me, place);
        if (Has(Fault.PartitionWrittenTooLate))
        {
            return Go(me, Live.F3, "F4 ready, take");
        }

        Forget(me);
        _lock = 0;
        return Go(me, Live.Holds, "F4 ready, take, unlock");
    }

    private string Bind(Resident me)
    {
        var place = _places[me.Slot];
        _lock = 0;
        if (place.Word != me.Seen)
        {
            Forget(me);
            Next(me);
            return "B3 bind: lost the race, unlock";
        }

        Move(place, Has(Fault.BindingStaysInTheRing) ? SlotState.Ready : SlotState.Bound);
        place.BoundTo = me.Principal;
        place.Served |= me.Principal;
        me.Seen = default;
        return Go(me, Live.Bound, "B3 bind, unlock");
    }

    private string? EndBinding(Resident me, int choice)
    {
        if (choice > 1 || !TryLock(me.Id))
        {
            return null;
        }

        if (choice == 0)
        {
            return Go(me, Live.U2, "U1 the client session ended: lock");
        }

        Close(_places[me.Slot]);
        _lock = 0;
        Forget(me);
        Next(me);
        return "U1 the client session ended: lock, close, unlock";
    }

    private string ReturnToPartition(Resident me)
    {
        _places[me.Slot].Partition = Has(Fault.ReturnedToAnotherPartition) ? 3 - me.Principal : me.Principal;
        return Go(me, Live.U3, "U2 write partition");
    }

    private string ReturnToRing(Resident me)
    {
        var place = _places[me.Slot];
        place.BoundTo = 0;
        Move(place, Has(Fault.ReturnedAsFresh) ? SlotState.Fresh : SlotState.Ready);
        _lock = 0;
        Forget(me);
        Next(me);
        return "U3 ready, unlock";
    }

    private string Publish(Resident me)
    {
        var place = _places[me.Slot];
        place.Word = place.Word.Free(me.Lease);
        (me.Lease, me.LeaseSession) = (0, 0);
        if (place.Word is { State: SlotState.Draining, Permits: 0 })
        {
            me.Seen = place.Word;
            return Go(me, Live.R4, "R2 publish: the last one, it drains");
        }

        Forget(me);
        Next(me);
        return "R2 publish";
    }

    private string FinishClose(Resident me)
    {
        if (_places[me.Slot].Word == me.Seen)
        {
            Close(_places[me.Slot]);
        }

        _lock = 0;
        Forget(me);
        Next(me);
        return "R4 finish the close, unlock";
    }

    private static void TakePermit(Resident me, Place place)
    {
        me.Lease = ~place.Word.Permits & -~place.Word.Permits;
        me.LeaseSession = place.Session;
        place.Word = place.Word.Take(me.Lease);
        place.Served |= me.Principal;
    }

    private void NextSlot(Resident me)
    {
        var next = me.Slot + 1;
        Forget(me);
        (me.Slot, me.At) = next < _places.Length ? (next, Live.L1) : (0, Live.F1);
    }

    private static void Forget(Resident me)
    {
        (me.Seen, me.SeenPartition) = (default, 0);
        me.Slot = me.Lease == 0 ? 0 : me.Slot;
    }

    private static void Next(Resident me)
    {
        (me.At, me.Errand) = me.HasMore ? (Live.Begin, me.Errand + 1) : (Live.Done, 0);
    }

    private static string Go(Resident me, Live next, string step)
    {
        me.At = next;
        return step;
    }
}
