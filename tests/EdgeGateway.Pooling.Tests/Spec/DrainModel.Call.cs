namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Callers: acquire, wait, release.</summary>
internal sealed partial class DrainModel
{
    private string? Call(Party me) => me.At switch
    {
        Do.A1 => Go(me, _waiters == 0 ? Do.A2 : Do.S1, $"A1 read waiters: {_waiters}"),
        Do.A2 => ReadWord(me),
        Do.A3 => TakeFast(me),
        Do.S1 => Announce(me),
        Do.S2 => LookAtPhase(me),
        Do.S3 => TakeSlow(me),
        Do.S5 => Join(me),
        Do.Waits => AwakeOrRefused(me),
        Do.Holds => Publish(me),
        Do.R3 => LookForWaiters(me),
        Do.R4 => TryLock(me) ? Go(me, me.Seen == default ? Do.Serve : Do.R4Close, "R4 lock") : null,
        Do.R4Close => FinishClose(me),
        Do.Serve => Serve(me),
        _ => null,
    };

    private string ReadWord(Party me)
    {
        var slot = me.Slot;
        if (Words[slot] is { State: SlotState.Ready, Permits: 0 })
        {
            me.Seen = Words[slot];
            return Go(me, Do.A3, $"A2 read word {slot + 1}: free");
        }

        NextSlot(me, Do.A2, Do.S1);
        return $"A2 read word {slot + 1}: not to be had";
    }

    private string TakeFast(Party me)
    {
        var slot = me.Slot;
        if (Words[slot] != me.Seen)
        {
            NextSlot(me, Do.A2, Do.S1);
            return $"A3 take from {slot + 1}: lost the race";
        }

        Take(slot, me);
        (me.Slot, me.Seen) = (0, default);
        return Go(me, Do.Holds, $"A3 take from {slot + 1}");
    }

    private string? Announce(Party me)
    {
        if (!TryLock(me))
        {
            return null;
        }

        _waiters++;
        return Go(me, Do.S2, "S1 lock, announce");
    }

    private string LookAtPhase(Party me)
    {
        if (Phase != Phase.Serving)
        {
            _waiters--;
            _lock = 0;
            End(me);
            return "S2 draining: refused, waiters--, unlock";
        }

        return Go(me, _lineLength == 0 ? Do.S3 : Do.S5, "S2 serving");
    }

    private string TakeSlow(Party me)
    {
        var slot = me.Slot;
        if (Words[slot] is not { State: SlotState.Ready, Permits: 0 })
        {
            NextSlot(me, Do.S3, Do.S5);
            return $"S3 take from {slot + 1}: not to be had";
        }

        Take(slot, me);
        _waiters--;
        _lock = 0;
        me.Slot = 0;
        return Go(me, Do.Holds, $"S3 take from {slot + 1}, waiters--, unlock");
    }

    private string Join(Party me)
    {
        _line[_lineLength++] = me.Id - 1;
        _lock = 0;
        return Go(me, Do.Waits, "S5 join the line, unlock");
    }

    private string? AwakeOrRefused(Party me)
    {
        if (Array.IndexOf(_line, me.Id - 1, 0, _lineLength) >= 0)
        {
            return null;
        }

        if (me.Lease != 0)
        {
            return Go(me, Do.Holds, "granted");
        }

        End(me);
        return "refused";
    }

    private string? Publish(Party me)
    {
        if (_setup.Clients[me.Id - 1].Hangs && me.Turn == _setup.Clients[me.Id - 1].Requests - 1)
        {
            return null;
        }

        var slot = me.LeaseSlot;
        Words[slot] = Words[slot].Free(1);
        (me.Lease, me.LeaseSlot, me.LeaseSession, me.IsCut) = (0, 0, 0, false);
        if (Words[slot].State != SlotState.Draining)
        {
            return Go(me, Do.R3, $"R2 publish on {slot + 1}");
        }

        (me.Slot, me.Seen) = (slot, Words[slot]);
        return Go(me, Do.R4, $"R2 publish on {slot + 1}: it drains");
    }

    private string LookForWaiters(Party me)
    {
        if (_waiters != 0)
        {
            me.At = Do.R4;
        }
        else
        {
            End(me);
        }

        return $"R3 read waiters: {_waiters}";
    }

    private string FinishClose(Party me)
    {
        if (Words[me.Slot] == me.Seen)
        {
            Close(me.Slot);
        }

        if (!Has(Fault.LastReleaseLeavesTheDrainRunning))
        {
            EndDrainWhenEmpty();
        }

        (me.Slot, me.Seen) = (0, default);
        return Go(me, Do.Serve, "R4 finish the close");
    }

    /// <summary>One waiter a step, as long as the head can take a slot.</summary>
    private string Serve(Party me)
    {
        var slot = Array.FindIndex(Words, word => word is { State: SlotState.Ready, Permits: 0 });
        if (_lineLength > 0 && slot >= 0)
        {
            var head = _clients[_line[0]];
            Take(slot, head);
            _lineLength--;
            Array.Copy(_line, 1, _line, 0, _lineLength);
            _line[_lineLength] = 0;
            _waiters--;
            return $"R5 grant {head.Id}, waiters--";
        }

        _lock = 0;
        End(me);
        return "R5 nobody to serve: unlock";
    }

    private void Take(int slot, Party client)
    {
        Words[slot] = Words[slot].Take(1);
        (client.Lease, client.LeaseSlot, client.LeaseSession) = (1, slot, Session[slot]);
        GrantedInDrain |= DrainIsKnown;
        GrantedOld |= GenerationOf[slot] < GenerationKnown;
    }

    private void NextSlot(Party me, Do again, Do otherwise)
    {
        me.Seen = default;
        (me.Slot, me.At) = me.Slot + 1 < Words.Length ? (me.Slot + 1, again) : (0, otherwise);
    }

    /// <summary>It is done with this request, or with what it did to a slot.</summary>
    private void End(Party me)
    {
        var isOpener = me.Id > _clients.Length;
        var hasMore = !isOpener && me.Turn + 1 < _setup.Clients[me.Id - 1].Requests;
        (me.At, me.Turn) = isOpener ? (Do.O1, 0) : hasMore ? (Do.A1, me.Turn + 1) : (Do.Done, 0);
    }
}
