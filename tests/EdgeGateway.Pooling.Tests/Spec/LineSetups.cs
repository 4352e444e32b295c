namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>The bounded worlds in which the line is checked. Each is there for one kind of meeting; the deep ones add more of everybody.</summary>
internal static class LineSetups
{
    private static readonly Want[] Once = [Want.Shared];
    private static readonly Want[] Twice = [Want.Shared, Want.Shared];
    private static readonly Want[] Alone = [Want.Exclusive];

    public static LineSetup HandOver { get; } = new("one permit handed from caller to caller", 1, 1, new(Twice), new(Twice), new(Once)) { AtLeast = 10_000 };

    public static LineSetup Leaving { get; } = new("waits that end early", 1, 1, new(Twice, MayLeave: true), new(Once, MayLeave: true), new(Once, MayLeave: true)) { AtLeast = 7_000 };

    public static LineSetup Races { get; } = new("races for several permits of one slot", 1, 2, new(Once), new(Once), new(Once), new(Once)) { AtLeast = 50_000 };

    public static LineSetup TwoSlots { get; } = new("two slots", 2, 1, new(Twice), new(Once), new(Once, MayLeave: true)) { AtLeast = 4_500 };

    public static LineSetup Full { get; } = new("a line of one place", 1, 1, new(Once), new(Once), new(Once), new(Once)) { MaxPending = 1, AtLeast = 30_000 };

    public static LineSetup Exclusive { get; } = new("exclusive among shared", 2, 2, new(Alone, MayLeave: true), new(Twice), new(Once)) { AtLeast = 5_000 };

    public static LineSetup ExclusiveHead { get; } = new("an exclusive head that leaves", 1, 2, new(Alone, MayLeave: true), new(Once), new(Once)) { AtLeast = 3_500 };

    public static LineSetup Users { get; } = new("users take turns", 2, 2, new(Alone, MayLeave: true), new(Once, User: 1), new(Once, User: 1), new(Once, User: 1)) { AtLeast = 50_000 };

    public static LineSetup Everybody { get; } = new("everybody, on two slots", 2, 2, new(Alone, MayLeave: true), new(Twice, User: 1), new(Once, User: 1, MayLeave: true), new(Alone, User: 1)) { AtLeast = 300_000 };

    public static LineSetup DoubleReleases { get; } = new("a lease released twice", 1, 1, new(Twice), new(Twice)) { DoubleReleases = true, AtLeast = 3_500 };

    public static LineSetup Healing { get; } = new("a slot that heals", 1, 2, new(Once), new(Once), new(Once))
    {
        ReadySlots = 0,
        Keeper = [(Care.Heal, 0)],
        AtLeast = 5_000,
    };

    public static LineSetup HealingReserved { get; } = new("a slot that heals while another is reserved", 2, 2, new(Alone), new(Once), new(Once))
    {
        ReadySlots = 1,
        Keeper = [(Care.Heal, 1)],
        AtLeast = 5_000,
    };

    public static LineSetup Retiring { get; } = new("a slot that is retired and filled again", 1, 2, new(Twice), new(Once), new(Once))
    {
        Keeper = [(Care.Retire, 0), (Care.Heal, 0)],
        AtLeast = 60_000,
    };

    public static LineSetup RetiringReserved { get; } = new("a reserved slot that is retired", 2, 1, new(Alone), new(Once), new(Once))
    {
        Keeper = [(Care.Retire, 0)],
        AtLeast = 10_000,
    };

    public static LineSetup Starving { get; } = new("an exclusive wish among another user's endless shared ones", 1, 2, new(Alone), new(Once, User: 1, Forever: true), new(Once, User: 1, Forever: true));

    public static LineSetup PassingOn { get; } = new("a shared wish among another user's endless exclusive ones", 1, 2, new(Once), new(Alone, User: 1, Forever: true), new(Alone, User: 1, Forever: true));

    /// <summary>The first caller is the one who must not be starved.</summary>
    public static LineSetup[] Endless { get; } =
    [
        Starving,
        new("an exclusive wish among another user's endless exclusive and shared ones", 1, 2, new(Alone), new(Alone, User: 1, Forever: true), new(Once, User: 1, Forever: true)),
        PassingOn,
        new("a shared wish among endless ones of the same user", 1, 1, new(Once), new(Once, Forever: true), new(Once, Forever: true)),
        new("an exclusive wish for one of two slots", 2, 2, new(Alone), new(Once, User: 1, Forever: true), new(Once, User: 1, Forever: true)),
    ];

    public static LineSetup[] ToCheck { get; } =
        [HandOver, Leaving, Races, TwoSlots, Full, Exclusive, ExclusiveHead, Users, Everybody, DoubleReleases, Healing, HealingReserved, Retiring, RetiringReserved];

    public static LineSetup[] Deep { get; } =
    [
        new("deep: four callers, two of whom come twice and leave", 1, 2, new(Twice, MayLeave: true), new(Twice), new(Once, MayLeave: true), new(Once)),
        new("deep: two slots, exclusive and shared, two users, everybody may leave", 2, 2, new(Alone, MayLeave: true), new(Twice, User: 1, MayLeave: true), new(Twice, User: 1, MayLeave: true), new(Alone, User: 1)),
        new("deep: retire and heal, twice, under exclusive and shared", 2, 2, new(Alone, MayLeave: true), new(Twice), new(Once))
        {
            Keeper = [(Care.Retire, 0), (Care.Heal, 0), (Care.Retire, 1), (Care.Heal, 1)],
        },
        new("deep: double releases between three callers", 1, 2, new(Twice), new(Twice), new(Once)) { DoubleReleases = true },
    ];
}
