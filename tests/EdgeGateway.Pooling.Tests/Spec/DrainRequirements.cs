namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>What drain, resume and reset promise; the numbers are those of pool.md section 6.</summary>
internal static class DrainRequirements
{
    public const string OneLeaseAPermit = "I2 every permit that is out has one lease, every lease its permit";
    public const string NotOutlived = "I5 no lease outlives its session, but one the deadline cut";
    public const string NoneInDrain = "a drain that has begun gives no lease";
    public const string NoneOld = "after a reset nobody gets a session of an old generation";
    public const string OneDrain = "a second drain is refused";
    public const string NotCutEarly = "no lease is cut before its drain's deadline";
    public const string WaitersTold = "a drain tells who waits";
    public const string NoLostWakeUp = "I8 nobody waits while a session is free";
    public const string EndsWithTheLast = "I12 a drain ends with its last lease";
    public const string Ends = "I12 a drain ends, whoever holds on to a lease";
    public const string Answered = "everybody is answered, and served where nobody drains";
    public const string CleanEnd = "a clean end: no count, no line and no permit is left";

    public static Requirement[] Of(DrainModel pool) =>
    [
        new(OneLeaseAPermit, When.Always, () => IsOneLeaseAPermit(pool)),
        new(NotOutlived, When.Always, () => pool.Clients.All(me => me.Lease == 0 || me.IsCut || me.LeaseSession == pool.Session[me.LeaseSlot])),
        new(NoneInDrain, When.Always, () => !pool.GrantedInDrain),
        new(NoneOld, When.Always, () => !pool.GrantedOld),
        new(OneDrain, When.Always, () => !pool.DrainedTwice),
        new(NotCutEarly, When.Always, () => !pool.CutEarly),
        new(WaitersTold, When.AtRest, () => pool.Phase == Phase.Serving || pool.LineLength == 0),
        new(NoLostWakeUp, When.AtRest, () => pool.LineLength == 0 || !Array.Exists(pool.Words, word => word is { State: SlotState.Ready, Permits: 0 })),
        new(EndsWithTheLast, When.AtRest, () => pool.Phase != Phase.Draining || Array.Exists(pool.Words, word => word is { State: SlotState.Draining, Permits: 1 })),
        new(Ends, When.AtTheEnd, () => pool.Phase != Phase.Draining),
        new(Answered, When.AtTheEnd, () => IsEverybodyAnswered(pool)),
        new(CleanEnd, When.AtTheEnd, () => pool is { Waiters: 0, LineLength: 0 } && pool.Clients.Sum(me => me.Lease) == pool.Words.Sum(word => word.Permits)),
    ];

    private static bool IsOneLeaseAPermit(DrainModel pool)
    {
        for (var slot = 0; slot < pool.Words.Length; slot++)
        {
            var leases = pool.Clients.Count(me => me.Lease != 0 && me.LeaseSlot == slot && me.LeaseSession == pool.Session[slot]);
            if (leases != pool.Words[slot].Permits)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Refusals end a request without a lease; where nobody drains there are none.</summary>
    private static bool IsEverybodyAnswered(DrainModel pool) =>
        pool.Clients.All(me => me.At is Do.Done or Do.Holds) && (pool.Setup.Drains || !pool.HasRefused);
}
