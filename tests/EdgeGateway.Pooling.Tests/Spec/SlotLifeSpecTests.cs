namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>The life of a slot under every interleaving.</summary>
public sealed class SlotLifeSpecTests
{
    private static readonly Dictionary<Fault, (SlotLifeSetup Setup, string Requirement)> Caught = new()
    {
        [Fault.ReturnedToAnotherPartition] = (SlotLifeSetups.Binding, SlotLifeRequirements.ForGood),
        [Fault.ReturnedAsFresh] = (SlotLifeSetups.Binding, SlotLifeRequirements.Arrows),
        [Fault.RecoveredAsFresh] = (SlotLifeSetups.Binding, SlotLifeRequirements.ForGood),
        [Fault.PartitionReadBeforeTheWord] = (SlotLifeSetups.Claiming, SlotLifeRequirements.OnePartition),
        [Fault.PartitionWrittenTooLate] = (SlotLifeSetups.Claiming, SlotLifeRequirements.OnePartition),
        [Fault.BindingStaysInTheRing] = (SlotLifeSetups.Binding, SlotLifeRequirements.OutOfTheRing),
        [Fault.BindIgnoresPermits] = (SlotLifeSetups.Binding, SlotLifeRequirements.OutOfTheRing),
        [Fault.CloseIgnoresPermits] = (SlotLifeSetups.Claiming, SlotLifeRequirements.NotOutlived),
        [Fault.CloseKeepsTheGeneration] = (SlotLifeSetups.Claiming, SlotLifeRequirements.OnePartition),
    };

    public static TheoryData<string> Setups => [.. SlotLifeSetups.ToCheck.Concat(Proof.IsDeep ? SlotLifeSetups.Deep : []).Select(setup => setup.Name)];

    public static TheoryData<Fault> Faults => [.. Caught.Keys];

    [Theory]
    [MemberData(nameof(Setups))]
    public void A_session_is_its_principals_alone_under_every_interleaving(string name)
    {
        var setup = SlotLifeSetups.ToCheck.Concat(SlotLifeSetups.Deep).Single(setup => setup.Name == name);
        Proof.Holds(new SlotLifeModel(setup), name, setup.AtLeast);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_in_the_life_of_a_slot_is_caught(Fault fault) =>
        Proof.IsCaught(fault, new SlotLifeModel(Caught[fault].Setup with { Fault = fault }), Caught[fault].Requirement);
}
