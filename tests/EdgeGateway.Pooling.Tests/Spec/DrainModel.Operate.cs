namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Operators, the opening of sessions, and the deadline of a drain.</summary>
internal sealed partial class DrainModel
{
    private string? Operate(Party me) => me.At switch
    {
        Do.D1 => TryLock(me) ? Begin(me, _setup.Operators[me.Id - _clients.Length - 1][me.Turn]) : null,
        Do.D3 => RetireForDrain(me),
        Do.G3 => RetireForReset(me),
        Do.DUnlock => Unlock(me),
        _ => null,
    };

    private string Begin(Party me, Order order) => order switch
    {
        Order.Drain => BeginDrain(me),
        Order.Resume => Resume(me),
        _ => BeginReset(me),
    };

    private string BeginDrain(Party me)
    {
        if (Phase == Phase.Draining && !Has(Fault.SecondDrainAccepted))
        {
            return Go(me, Do.DUnlock, "D1 lock: refused, one runs");
        }

        DrainedTwice |= Phase == Phase.Draining;
        Phase = Phase.Draining;
        DrainIsKnown = Has(Fault.DrainRetiresItsSlotsLater);
        _drain++;
        _armed |= Has(Fault.DrainWithoutDeadline) ? 0 : 1 << _drain;
        if (!Has(Fault.DrainForgetsItsWaiters))
        {
            RefuseEverybody();
        }

        return Go(me, Has(Fault.DrainLeavesItsSlotsOpen) ? Do.DUnlock : Do.D3, "D1 lock, D2 drain, refuse the line");
    }

    private string RetireForDrain(Party me)
    {
        var slot = me.Slot;
        Retire(slot);
        (me.Slot, me.At) = slot + 1 < Words.Length ? (slot + 1, Do.D3) : (0, Do.DUnlock);
        if (me.At == Do.DUnlock)
        {
            EndDrainWhenEmpty();
        }

        return $"D3 retire {slot + 1}";
    }

    private string Resume(Party me)
    {
        Phase = Phase.Serving;
        DrainIsKnown = false;
        return Go(me, Do.DUnlock, "D1 lock, resume");
    }

    private string BeginReset(Party me)
    {
        _generation++;
        if (Has(Fault.ResetTurnsWaitersAway))
        {
            RefuseEverybody();
        }

        return Go(me, Has(Fault.ResetKeepsTheOldTakeable) ? Do.DUnlock : Do.G3, $"G1 lock, G2 generation {_generation}");
    }

    private string RetireForReset(Party me)
    {
        var slot = me.Slot;
        Retire(slot);
        (me.Slot, me.At) = slot + 1 < Words.Length ? (slot + 1, Do.G3) : (0, Do.DUnlock);
        return $"G3 retire {slot + 1}";
    }

    /// <summary>From here on whoever asks may rely on it.</summary>
    private string Unlock(Party me)
    {
        DrainIsKnown = Phase != Phase.Serving;
        GenerationKnown = _generation;
        _lock = 0;
        var orders = _setup.Operators[me.Id - _clients.Length - 1];
        (me.At, me.Turn) = me.Turn + 1 < orders.Length ? (Do.D1, me.Turn + 1) : (Do.Done, 0);
        return "unlock";
    }

    private string? Open(Party me)
    {
        var slot = me.Id - _clients.Length - _operators.Length - 1;
        if (me.At == Do.O1)
        {
            if (Phase != Phase.Serving || Words[slot].State != SlotState.Empty || !TryLock(me))
            {
                return null;
            }

            _lock = 0;
            Words[slot] = Words[slot].In(SlotState.Opening);
            GenerationOf[slot] = _generation;
            (me.Seen, me.Slot) = (Words[slot], _generation);
            return Go(me, Do.Handshake, $"O1 lock, open {slot + 1}, unlock");
        }

        return me.At == Do.Serve ? Serve(me) : !TryLock(me) ? null : EndHandshake(me, slot);
    }

    private string EndHandshake(Party me, int slot)
    {
        var isWanted = Words[slot] == me.Seen;
        if (Has(Fault.OldHandshakeDelivered) && Words[slot] is { State: SlotState.Empty or SlotState.Opening })
        {
            // Delivered whatever has happened since.
            (isWanted, GenerationOf[slot]) = (true, me.Slot);
        }

        (me.Seen, me.Slot) = (default, 0);
        if (isWanted)
        {
            Words[slot] = Words[slot].In(SlotState.Ready);
        }

        return Go(me, Do.Serve, isWanted ? $"O2 lock, {slot + 1} is ready" : "O2 lock, called off: its session is closed");
    }

    /// <summary>The timer of a drain fires at any time after it was set, also when the drain is long over.</summary>
    private string? Expire(Party me)
    {
        if (_armed == 0 || !TryLock(me))
        {
            return null;
        }

        var drain = System.Numerics.BitOperations.TrailingZeroCount(_armed);
        _armed &= _armed - 1;
        _lock = 0;
        if (Phase != Phase.Draining || (drain != _drain && !Has(Fault.DeadlineOfAnAbandonedDrainCuts)))
        {
            return $"T1 lock: drain {drain} is over, unlock";
        }

        CutEarly |= drain != _drain;
        Phase = Phase.Drained;
        foreach (var client in _clients)
        {
            // The session is closed upstream. The slot is not free before the lease is back: its release clears a bit of this word.
            client.IsCut |= client.Lease != 0;
        }

        for (var slot = 0; slot < Words.Length; slot++)
        {
            if (Words[slot].State == SlotState.Draining && Has(Fault.CutFreesTheSlot))
            {
                Close(slot);
            }
        }

        return $"T1 lock, the deadline of drain {drain}: cut, unlock";
    }

    private void Retire(int slot)
    {
        if (Words[slot] is { State: SlotState.Opening } or { State: SlotState.Ready, Permits: 0 })
        {
            Close(slot);
        }
        else if (Words[slot].State == SlotState.Ready)
        {
            Words[slot] = Words[slot].In(SlotState.Draining);
        }
    }

    private void Close(int slot)
    {
        Words[slot] = Word.Of(SlotState.Empty, Words[slot].Generation + 1);
        Session[slot]++;
    }

    private void EndDrainWhenEmpty()
    {
        if (Phase == Phase.Draining && Array.TrueForAll(Words, word => word.State == SlotState.Empty))
        {
            Phase = Phase.Drained;
        }
    }

    private void RefuseEverybody()
    {
        HasRefused |= _lineLength > 0;
        _waiters -= _lineLength;
        _lineLength = 0;
        Array.Clear(_line);
    }
}
