namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>What the life of a slot promises; the numbers are those of pool.md section 6.</summary>
internal static class SlotLifeRequirements
{
    public const string NotOutlived = "I5 no lease outlives its session";
    public const string OnePartition = "I6 a session never serves two principals";
    public const string ForGood = "I6 a session's partition never changes once it is set";
    public const string OutOfTheRing = "a bound session is out of the ring";
    public const string Arrows = "a slot moves along the arrows only";
    public const string Closed = "a retired session is closed after its last lease";
    public const string CleanEnd = "a clean end: no permit and no binding is left";

    public static Requirement[] Of(SlotLifeModel slots) =>
    [
        new(NotOutlived, When.Always, () => slots.Residents.All(me => me.Lease == 0 || me.LeaseSession == slots.Places[me.Slot].Session)),
        new(OnePartition, When.Always, () => slots.Places.All(place => place.Served != 3)),
        new(ForGood, When.Always, () => slots.Places.All(place => place.Settled == 0 || place.Partition == place.Settled)),
        new(OutOfTheRing, When.Always, () => slots.Places.All(place => place.BoundTo == 0 || place.Word is { State: SlotState.Bound, Permits: 0 })),
        new(Arrows, When.Always, () => !slots.IsAstray),
        new(Closed, When.AtRest, () => slots.Places.All(place => place.Word is not { State: SlotState.Draining, Permits: 0 })),
        new(CleanEnd, When.AtTheEnd, () => slots.Residents.All(me => me.At == Live.Done) && slots.Places.All(place => place is { Word.Permits: 0, BoundTo: 0 })),
    ];
}
