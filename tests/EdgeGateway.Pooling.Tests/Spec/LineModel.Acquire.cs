namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Acquire, and the ends of a wait.</summary>
internal sealed partial class LineModel
{
    private string? Call(Agent me, int choice) => me.At switch
    {
        At.R5Reserve => Reserve(me, choice),
        At.Waits when choice == 1 => Leave(me),
        _ when choice != 0 => null,
        At.A1 => ReadWaiters(me),
        At.A2 => ReadWord(me, At.A3, otherwise: At.S1),
        At.A3 => TakeFast(me),
        At.S1 => TryLock(me) ? Go(me, At.S2, "S1 lock") : null,
        At.S2 => Announce(me),
        At.S3Read => ReadWord(me, At.S3Take, otherwise: At.S4),
        At.S3Take => TakeSlow(me),
        At.S3Leave => LeaveWithLease(me),
        At.S4 => RejectOrJoin(me),
        At.Waits => IsInLine(me) ? null : Go(me, At.Holds, "granted"),
        At.C1 => TryLock(me) ? Go(me, At.C2, "C1 lock") : null,
        At.C2 => Cancel(me),
        _ => Release(me, choice),
    };

    private string ReadWaiters(Agent me)
    {
        SeeWhoIsAhead(me);
        if (Waiters != 0 && !Has(Fault.NewcomerSkipsTheWaiters))
        {
            return Go(me, At.S1, "A1 read waiters: some");
        }

        me.Slot = FirstSlot(me);
        return Go(me, At.A2, "A1 read waiters: none");
    }

    private string ReadWord(Agent me, At take, At otherwise)
    {
        var slot = me.Slot;
        var step = me.At == At.A2 ? "A2" : "S3";
        if (CanTake(Words[slot], WantOf(me), mayTakeReserved: false))
        {
            (me.Seen, me.SeenSession) = (Words[slot], Session[slot]);
            return Go(me, take, $"{step} read word {slot + 1}: free");
        }

        NextSlot(me, me.At, otherwise);
        return $"{step} read word {slot + 1}: full";
    }

    private string TakeFast(Agent me)
    {
        var slot = me.Slot;
        if (Words[slot] != me.Seen)
        {
            NextSlot(me, At.A2, otherwise: At.S1);
            return $"A3 take from {slot + 1}: lost the race";
        }

        Take(me, me);
        me.Forget();
        return Go(me, At.Holds, $"A3 take from {slot + 1}");
    }

    private string Announce(Agent me)
    {
        Waiters++;
        SeeWhoIsAhead(me);
        me.IsAnnounced = true;
        if (LineLength > 0 || Has(Fault.NoSecondLookAfterAnnouncing))
        {
            return Go(me, At.S4, "S2 announce");
        }

        me.Slot = FirstSlot(me);
        return Go(me, At.S3Read, "S2 announce");
    }

    private string TakeSlow(Agent me)
    {
        var slot = me.Slot;
        if (Words[slot] == me.Seen)
        {
            Take(me, me);
            me.Forget();
            return Go(me, At.S3Leave, $"S3 take from {slot + 1}");
        }

        // Somebody changed the word. That need not have been the last permit: only the word itself can tell.
        if (Has(Fault.LostRaceTakenForFull))
        {
            NextSlot(me, At.S3Read, otherwise: At.S4);
        }
        else
        {
            (me.Seen, me.SeenSession) = (default, 0);
            me.At = At.S3Read;
        }

        return $"S3 take from {slot + 1}: lost the race";
    }

    private string LeaveWithLease(Agent me)
    {
        Waiters--;
        me.Then = Then.UseTheLease;
        return Go(me, At.Unlock, "S3 waiters--");
    }

    private string RejectOrJoin(Agent me)
    {
        if (LineLength >= _setup.MaxPending)
        {
            Waiters--;
            StopWaiting(me);
            return Go(me, At.Unlock, "S4 rejected, waiters--");
        }

        Line[LineLength++] = me.Number;
        me.Then = Then.Wait;

        // Nobody is on the way to serve a head whom nobody else can stand for: an exclusive one, who must reserve, or one whose
        // user is not the one that everybody waits behind.
        var mayBePassedBy = LineLength > 1 && !Has(Fault.JoinerServesNobody);
        if (HeadOf(_setup.Callers[me.Number].User) == me && (WantOf(me) == Want.Exclusive || mayBePassedBy))
        {
            StartServing(me);
        }
        else
        {
            me.At = At.Unlock;
        }

        return "S5 join the line";
    }

    private string? Leave(Agent me) => _setup.Callers[me.Number].MayLeave ? Go(me, At.C1, "cancelled or timed out") : null;

    private string Cancel(Agent me)
    {
        if (!IsInLine(me))
        {
            me.Then = Then.GiveItBack;
            if (Has(Fault.CancelIgnoresAGrant))
            {
                me.DropLease();
                me.Then = Then.Nothing;
            }

            return Go(me, At.Unlock, "C2 granted already");
        }

        var wasHead = HeadOf(_setup.Callers[me.Number].User) == me;
        Unlink(me);
        Waiters -= Has(Fault.CancelForgetsTheCount) ? 0 : 1;
        StopWaiting(me);
        if (Has(Fault.CancelLeavesTheNextUnserved))
        {
            for (var slot = 0; slot < Words.Length; slot++)
            {
                Words[slot] = Words[slot].Unreserve();
            }

            ReservedFor = 0;
            me.At = At.Unlock;
        }
        else if (ReservedFor == me.Number + 1 && !Has(Fault.CancelKeepsTheReservation))
        {
            ReservedFor = 0;
            me.At = At.R5Unreserve;
        }
        else if (wasHead)
        {
            // What the head could not take may be just what the next one wants.
            StartServing(me);
        }
        else
        {
            me.At = At.Unlock;
        }

        return "C2 unlink, waiters--";
    }

    private void SeeWhoIsAhead(Agent me)
    {
        foreach (var other in Callers)
        {
            if (other.IsAnnounced && other != me && _setup.Callers[other.Number].User == _setup.Callers[me.Number].User)
            {
                me.Ahead |= 1 << other.Number;
            }
        }
    }

    private void StopWaiting(Agent caller)
    {
        caller.IsAnnounced = false;
        foreach (var other in Agents)
        {
            other.Ahead &= ~(1 << caller.Number);
        }

        if (caller.LeasePermits == 0)
        {
            caller.Ahead = 0;
        }
    }

    private void Unlink(Agent caller)
    {
        var place = Array.IndexOf(Line, caller.Number, 0, LineLength);
        LineLength--;
        Array.Copy(Line, place + 1, Line, place, LineLength - place);
        Line[LineLength] = 0;
    }

    /// <summary>A compare-exchange that succeeded: the taker saw the word as it is.</summary>
    private void Take(Agent taker, Agent caller)
    {
        var want = WantOf(caller);
        var permits = PermitsFor(want, taker.Seen);
        var isItsOwn = taker.Seen.IsReserved && ReservedFor == caller.Number + 1;
        Words[taker.Slot] = isItsOwn ? taker.Seen.Take(permits).Unreserve() : taker.Seen.Take(permits);
        (caller.LeaseSlot, caller.LeasePermits, caller.LeaseSession, caller.Owns) = (taker.Slot, permits, taker.SeenSession, true);
        caller.LeaseVersion = _version[Cell(caller)];
        StopWaiting(caller);
    }

    /// <summary>Callers begin at different slots, as a strategy makes them.</summary>
    private int FirstSlot(Agent me) => me.Number % Words.Length;

    private void NextSlot(Agent me, At again, At otherwise)
    {
        var next = (me.Slot + 1) % Words.Length;
        var isOver = next == FirstSlot(me);
        me.Forget();
        me.Slot = isOver ? 0 : next;
        me.At = isOver ? otherwise : again;
    }

    private static string Go(Agent me, At next, string step)
    {
        me.At = next;
        return step;
    }
}
