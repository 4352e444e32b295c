using System.Numerics;

namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Release: publish first, then look whether somebody waits.</summary>
internal sealed partial class LineModel
{
    private string? Release(Agent me, int choice) => me.At switch
    {
        At.R5Reserve => Reserve(me, choice),
        _ when choice != 0 => null,
        At.Holds or At.R1 => ClaimTheRelease(me),
        At.R2 => Publish(me),
        At.R3 => LookForWaiters(me),
        At.R4 => LockToServe(me),
        At.R4Close => FinishClose(me),
        At.R5Read => LookForHead(me),
        At.R5Take => TakeForHead(me),
        At.R5Grant => Grant(me),
        At.R5Unreserve => Unreserve(me),
        At.Unlock => Unlock(me),
        _ => null,
    };

    /// <summary>The second releaser: it has copied the first caller's lease and releases the copy when it pleases.</summary>
    private string? ReleaseAgain(Agent me, int choice)
    {
        var first = Agents[0];
        if (me.At != At.A1)
        {
            return Release(me, choice);
        }

        if (choice != 0 || first.At != At.Holds)
        {
            return null;
        }

        (me.LeaseSlot, me.LeasePermits, me.LeaseVersion, me.LeaseSession) = (first.LeaseSlot, first.LeasePermits, first.LeaseVersion, first.LeaseSession);
        return Go(me, At.Holds, "copy the lease");
    }

    private string ClaimTheRelease(Agent me)
    {
        if (_version[Cell(me)] != me.LeaseVersion && !Has(Fault.ReleaseWithoutVersion))
        {
            me.DropLease();
            NextRequest(me);
            return "R1 version: released before";
        }

        foreach (var other in Agents)
        {
            other.Owns &= (other.LeaseSlot, other.LeasePermits, other.LeaseVersion) != (me.LeaseSlot, me.LeasePermits, me.LeaseVersion);
        }

        me.Owns = true;
        _version[Cell(me)] += _setup.DoubleReleases ? 1 : 0;
        return Go(me, Has(Fault.WaitersReadBeforePublishing) ? At.R3 : At.R2, "R1 version");
    }

    private string Publish(Agent me)
    {
        var slot = me.LeaseSlot;
        Words[slot] = Words[slot].Free(me.LeasePermits);
        me.DropLease();
        if (Words[slot].State == SlotState.Draining)
        {
            (me.Slot, me.Seen) = (slot, Words[slot]);
            return Go(me, At.R4, $"R2 publish on {slot + 1}: it drains");
        }

        if (!Has(Fault.WaitersReadBeforePublishing))
        {
            me.At = At.R3;
        }
        else if (me.Passed != 0)
        {
            me.Forget();
            me.At = At.R4;
        }
        else
        {
            NextRequest(me);
        }

        return $"R2 publish on {slot + 1}";
    }

    private string LookForWaiters(Agent me)
    {
        if (Has(Fault.WaitersReadBeforePublishing))
        {
            me.Passed = Math.Min(Waiters, 1);
            me.At = At.R2;
        }
        else if (Waiters != 0)
        {
            me.At = At.R4;
        }
        else
        {
            NextRequest(me);
        }

        return $"R3 read waiters: {Waiters}";
    }

    private string? LockToServe(Agent me)
    {
        if (!TryLock(me))
        {
            return null;
        }

        if (me.Seen.State == SlotState.Draining && me.Seen.Permits == 0 && !Has(Fault.LastReleaseLeavesTheSlotOpen))
        {
            me.At = At.R4Close;
        }
        else
        {
            StartServing(me);
        }

        return "R4 lock";
    }

    private string FinishClose(Agent me)
    {
        var slot = me.Slot;
        var isStillMine = Words[slot] == me.Seen;
        if (isStillMine)
        {
            Close(slot);
        }

        StartServing(me);
        return isStillMine ? $"R4 finish the close of {slot + 1}" : $"R4 {slot + 1} is closed already";
    }

    private string Unlock(Agent me)
    {
        _lock = 0;
        var then = me.Then;
        me.Then = Then.Nothing;
        if (then == Then.Nothing)
        {
            NextRequest(me);
        }
        else
        {
            me.At = then == Then.Wait ? At.Waits : then == Then.UseTheLease ? At.Holds : At.R1;
        }

        return "unlock";
    }

    private void NextRequest(Agent me)
    {
        me.Forget();
        me.Ahead = 0;
        if (me == _twin || me == _keeper)
        {
            var hasMore = me == _keeper && me.Request + 1 < _setup.Keeper.Length;
            (me.At, me.Request) = hasMore ? (At.K1, me.Request + 1) : (At.Done, 0);
            return;
        }

        var script = _setup.Callers[me.Number];
        me.Request = (me.Request + 1) % script.Wants.Length;
        me.At = me.Request != 0 || script.Forever ? At.A1 : At.Done;
    }

    /// <summary>Where the lease's version is: one for each permit; an exclusive lease goes by its first.</summary>
    private int Cell(Agent lease) => (lease.LeaseSlot * _setup.Permits) + BitOperations.TrailingZeroCount(lease.LeasePermits);
}
