namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Serving the line, under the lock, until no head can take anything. Everybody who takes the lock for it runs the same loop.</summary>
internal sealed partial class LineModel
{
    private void StartServing(Agent me)
    {
        me.Forget();
        me.At = LineLength > 0 ? At.R5Read : At.Unlock;
    }

    /// <summary>
    /// One look at a slot decides for all heads who takes it: the first, in the order of turns, who can. If each head looked for itself, a
    /// permit freed between two looks would go to the later one.
    /// </summary>
    private string LookForHead(Agent me)
    {
        var slot = me.Slot;
        if (FirstWhoCanTake(me, Words[slot]) is { } head)
        {
            (me.Seen, me.SeenSession, me.User) = (Words[slot], Session[slot], _setup.Callers[head.Number].User);
            return Go(me, At.R5Take, $"R5 read word {slot + 1}: {head.Number + 1} can");
        }

        NextSlotForHead(me);
        return $"R5 read word {slot + 1}: nobody can";
    }

    private Agent? FirstWhoCanTake(Agent me, Word word)
    {
        var looksForItself = Has(Fault.EachHeadLooksForItself);
        for (var turn = looksForItself ? me.Passed : 0; turn < (looksForItself ? me.Passed + 1 : _setup.Users); turn++)
        {
            if (HeadOf((_turn + turn) % _setup.Users) is { } head && CanTake(word, WantOf(head), MayTakeReserved(head)))
            {
                return head;
            }
        }

        return null;
    }

    private Agent? FirstWhoMustReserve()
    {
        for (var turn = 0; ReservedFor == 0 && turn < _setup.Users && !Has(Fault.ExclusiveReservesNothing); turn++)
        {
            if (HeadOf((_turn + turn) % _setup.Users) is { } head && WantOf(head) == Want.Exclusive)
            {
                return head;
            }
        }

        return null;
    }

    private void NextSlotForHead(Agent me)
    {
        var (slot, passed) = (me.Slot + 1, me.Passed);
        me.Forget();
        if (slot == Words.Length && Has(Fault.EachHeadLooksForItself) && passed + 1 < _setup.Users)
        {
            (slot, passed) = (0, passed + 1);
        }

        if (slot < Words.Length)
        {
            (me.Slot, me.Passed, me.At) = (slot, passed, At.R5Read);
            return;
        }

        var mustReserve = FirstWhoMustReserve() is not null && Array.Exists(Words, word => word.State == SlotState.Ready);
        me.At = mustReserve ? At.R5Reserve : At.Unlock;
    }

    private string TakeForHead(Agent me)
    {
        var slot = me.Slot;
        var head = HeadOf(me.User)!;
        if (Words[slot] == me.Seen)
        {
            Take(me, head);
            ReservedFor = ReservedFor == head.Number + 1 ? 0 : ReservedFor;
            (me.Slot, me.Seen, me.SeenSession, me.Passed) = (0, default, 0, 0);
            return Go(me, At.R5Grant, $"R5 take from {slot + 1} for {head.Number + 1}");
        }

        if (Has(Fault.LostRaceTakenForFull))
        {
            NextSlotForHead(me);
        }
        else
        {
            (me.Seen, me.SeenSession, me.User) = (default, 0, 0);
            me.At = At.R5Read;
        }

        return $"R5 take from {slot + 1}: lost the race";
    }

    private string Grant(Agent me)
    {
        var head = HeadOf(me.User)!;
        Unlink(head);
        Waiters--;
        _turn = (me.User + 1) % _setup.Users;
        if (ReservedFor == 0 && Array.Exists(Words, word => word.IsReserved))
        {
            me.Forget();
            me.At = At.R5Unreserve;
        }
        else if (Has(Fault.ReleaserServesOnlyOne))
        {
            me.Forget();
            me.At = At.Unlock;
        }
        else
        {
            StartServing(me);
        }

        return $"R5 grant {head.Number + 1}, waiters--";
    }

    private string? Reserve(Agent me, int choice)
    {
        if (choice >= Words.Length || Words[choice].State != SlotState.Ready)
        {
            return null;
        }

        var head = FirstWhoMustReserve()!;
        Words[choice] = Words[choice].Reserve();
        ReservedFor = head.Number + 1;
        me.At = At.Unlock;
        return $"R5 reserve {choice + 1} for {head.Number + 1}";
    }

    private string Unreserve(Agent me)
    {
        var slot = Array.FindIndex(Words, word => word.IsReserved);
        Words[slot] = Words[slot].Unreserve();
        StartServing(me);
        return $"R5 unreserve {slot + 1}";
    }
}
