namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>What maintenance does to a slot. A change of state is one update of the word, repeated until nobody came between.</summary>
internal sealed partial class SlotLifeModel
{
    private string? Keep(Keeper me, int choice)
    {
        var place = me.Place;
        if (me.IsFreshening)
        {
            return choice == 0 ? FinishOpening(me, place) : null;
        }

        if (me.Done == _setup.Tasks || _lock != 0)
        {
            return null;
        }

        var step = (choice, place.Word.State) switch
        {
            (0, SlotState.Empty) => Change(place, SlotState.Opening, "open"),
            (0, SlotState.Opening) => BeginFresh(me, place),
            (1, SlotState.Fresh or SlotState.Ready) => Change(place, SlotState.Suspended, "suspend"),
            (1, SlotState.Suspended) => Recover(place),
            (2, SlotState.Fresh or SlotState.Ready or SlotState.Suspended) => Retire(place),
            _ => null,
        };
        me.Done += step is null ? 0 : 1;
        return step;
    }

    private string Change(Place place, SlotState to, string step)
    {
        Move(place, to);
        return step;
    }

    /// <summary>The old partition goes before the new session can be seen. So a claim that came late with its own would show nobody another's.</summary>
    private string BeginFresh(Keeper me, Place place)
    {
        _lock = me.Id;
        me.IsFreshening = true;
        place.Partition = Has(Fault.PartitionWrittenTooLate) ? place.Partition : 0;
        return "handshake done: lock, no partition";
    }

    private string FinishOpening(Keeper me, Place place)
    {
        Move(place, SlotState.Fresh);
        me.IsFreshening = false;
        _lock = 0;
        return "handshake done: fresh, unlock";
    }

    private string Recover(Place place) =>
        Change(place, place.Partition == 0 || Has(Fault.RecoveredAsFresh) ? SlotState.Fresh : SlotState.Ready, "recover");

    private string Retire(Place place)
    {
        if (place.Word.Permits == 0 || Has(Fault.CloseIgnoresPermits))
        {
            Close(place);
            return "retire: close";
        }

        Move(place, SlotState.Draining);
        return "retire: drain";
    }
}
