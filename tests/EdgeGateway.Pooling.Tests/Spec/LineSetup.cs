namespace EdgeGateway.Pooling.Tests.Spec;

internal enum Want
{
    Shared,
    Exclusive,
}

/// <param name="Wants">Its requests, one after the other.</param>
/// <param name="User">Waiters are served in order within a user; the users take turns.</param>
/// <param name="MayLeave">A wait may end by cancel or timeout, at any moment; to the protocol the two are one.</param>
/// <param name="Forever">Begins again after its last request.</param>
internal sealed record Caller(Want[] Wants, int User = 0, bool MayLeave = false, bool Forever = false);

internal enum Care
{
    /// <summary>A new or recovered session becomes ready in the slot.</summary>
    Heal,

    /// <summary>The session in the slot takes no more leases and is closed after the last.</summary>
    Retire,
}

/// <summary>Who acts in a <see cref="LineModel"/>, and on what.</summary>
internal sealed record LineSetup(string Name, int Slots, int Permits, params Caller[] Callers)
{
    /// <summary>Slots that hold a session at first: the first ones.</summary>
    public int ReadySlots { get; init; } = Slots;

    public int MaxPending { get; init; } = 7;

    /// <summary>What maintenance does, in this order.</summary>
    public (Care Care, int Slot)[] Keeper { get; init; } = [];

    /// <summary>Somebody releases the first caller's leases a second time, at any moment.</summary>
    public bool DoubleReleases { get; init; }

    /// <summary>A check that reaches fewer states has not checked it.</summary>
    public int AtLeast { get; init; }

    public Fault Fault { get; init; }

    public int Users => Callers.Max(caller => caller.User) + 1;

    public override string ToString() => Name;
}
