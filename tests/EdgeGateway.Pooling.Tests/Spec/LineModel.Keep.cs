namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Heal and retire: maintenance, under the lock.</summary>
internal sealed partial class LineModel
{
    private string? Keep(Agent me, int choice)
    {
        if (me.At == At.Done || (choice != 0 && me.At != At.R5Reserve))
        {
            return null;
        }

        return me.At switch
        {
            At.K1 => LockToKeep(me),
            At.H2 => Heal(me),
            At.K2Read => LookAtRetired(me),
            At.K2Change => Retire(me),
            _ => Release(me, choice),
        };
    }

    private string? LockToKeep(Agent me)
    {
        var (care, slot) = _setup.Keeper[me.Request];
        if ((care == Care.Heal && Words[slot].State != SlotState.Empty) || !TryLock(me))
        {
            return null;
        }

        me.Slot = slot;
        return Go(me, care == Care.Heal ? At.H2 : At.K2Read, care == Care.Heal ? "H1 lock" : "K1 lock");
    }

    private string Heal(Agent me)
    {
        var slot = me.Slot;
        Words[slot] = Words[slot].In(SlotState.Ready);
        if (Has(Fault.HealWakesNobody))
        {
            me.At = At.Unlock;
        }
        else
        {
            StartServing(me);
        }

        return $"H2 slot {slot + 1} is ready";
    }

    private string LookAtRetired(Agent me)
    {
        me.Seen = Words[me.Slot];
        return Go(me, me.Seen.State == SlotState.Ready ? At.K2Change : At.Unlock, $"K2 read word {me.Slot + 1}");
    }

    private string Retire(Agent me)
    {
        var slot = me.Slot;
        if (Words[slot] != me.Seen)
        {
            me.Seen = default;
            return Go(me, At.K2Read, $"K2 change {slot + 1}: lost the race");
        }

        if (me.Seen.IsReserved && !Has(Fault.RetireForgetsTheReservation))
        {
            // Whoever reserved it reserves another one in the serving that follows.
            ReservedFor = 0;
        }

        var isIdle = me.Seen.Permits == 0 || Has(Fault.CloseIgnoresPermits);
        if (isIdle)
        {
            Close(slot);
        }
        else
        {
            Words[slot] = me.Seen.In(SlotState.Draining).Unreserve();
        }

        StartServing(me);
        return isIdle ? $"K2 close {slot + 1}" : $"K2 let {slot + 1} drain";
    }

    private void Close(int slot)
    {
        Words[slot] = Word.Of(SlotState.Empty, Words[slot].Generation + (Has(Fault.CloseKeepsTheGeneration) ? 0 : 1));
        Session[slot]++;
    }
}
