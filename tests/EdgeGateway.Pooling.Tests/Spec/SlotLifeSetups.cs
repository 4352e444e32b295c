namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>The bounded worlds in which the life of a slot is checked.</summary>
internal static class SlotLifeSetups
{
    private const int Ann = 1;
    private const int Ben = 2;

    public static SlotLifeSetup Claiming { get; } = new("two principals and a slot that changes hands", 1, 6, new(Ann, Errand.Lease, Errand.Lease), new(Ben, Errand.Lease)) { AtLeast = 1_500 };

    public static SlotLifeSetup Binding { get; } = new("a binding and its return", 1, 4, new(Ann, Errand.Bind, Errand.Lease), new(Ann, Errand.Lease), new(Ben, Errand.Lease)) { AtLeast = 4_000 };

    public static SlotLifeSetup Everybody { get; } = new("two slots, two principals, leases and bindings", 2, 4, new(Ann, Errand.Bind, Errand.Lease), new(Ann, Errand.Lease), new(Ben, Errand.Bind)) { AtLeast = 50_000 };

    public static SlotLifeSetup[] ToCheck { get; } = [Claiming, Binding, Everybody];

    public static SlotLifeSetup[] Deep { get; } =
    [
        new("deep: two slots, three callers, everything twice", 2, 5, new(Ann, Errand.Bind, Errand.Lease), new(Ann, Errand.Lease), new(Ben, Errand.Lease, Errand.Bind)),
    ];
}
