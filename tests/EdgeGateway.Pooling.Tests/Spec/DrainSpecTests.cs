namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Drain, resume and reset under every interleaving.</summary>
public sealed class DrainSpecTests
{
    private static readonly Dictionary<Fault, (DrainSetup Setup, string Requirement)> Caught = new()
    {
        [Fault.DrainForgetsItsWaiters] = (DrainSetups.Draining, DrainRequirements.WaitersTold),
        [Fault.DrainLeavesItsSlotsOpen] = (DrainSetups.Draining, DrainRequirements.EndsWithTheLast),
        [Fault.DrainRetiresItsSlotsLater] = (DrainSetups.Draining, DrainRequirements.NoneInDrain),
        [Fault.SecondDrainAccepted] = (DrainSetups.TwiceAtOnce, DrainRequirements.OneDrain),
        [Fault.LastReleaseLeavesTheDrainRunning] = (DrainSetups.Draining, DrainRequirements.EndsWithTheLast),
        [Fault.DrainWithoutDeadline] = (DrainSetups.Hanging, DrainRequirements.Ends),
        [Fault.DeadlineOfAnAbandonedDrainCuts] = (DrainSetups.Resuming, DrainRequirements.NotCutEarly),
        [Fault.CutFreesTheSlot] = (DrainSetups.Resuming, DrainRequirements.OneLeaseAPermit),
        [Fault.ResetKeepsTheOldTakeable] = (DrainSetups.Resetting, DrainRequirements.NoneOld),
        [Fault.ResetTurnsWaitersAway] = (DrainSetups.ResettingTwice, DrainRequirements.Answered),
        [Fault.OldHandshakeDelivered] = (DrainSetups.ResettingTwice, DrainRequirements.NoneOld),
    };

    public static TheoryData<string> Setups => [.. DrainSetups.ToCheck.Concat(Proof.IsDeep ? DrainSetups.Deep : []).Select(setup => setup.Name)];

    public static TheoryData<Fault> Faults => [.. Caught.Keys];

    [Theory]
    [MemberData(nameof(Setups))]
    public void A_drain_ends_and_a_reset_leaves_nothing_old_under_every_interleaving(string name)
    {
        var setup = DrainSetups.ToCheck.Concat(DrainSetups.Deep).Single(setup => setup.Name == name);
        Proof.Holds(new DrainModel(setup), name, setup.AtLeast);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_of_drain_or_reset_is_caught(Fault fault) =>
        Proof.IsCaught(fault, new DrainModel(Caught[fault].Setup with { Fault = fault }), Caught[fault].Requirement);
}
