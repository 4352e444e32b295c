namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Acquire, release, cancel, timeout, heal and retire under every interleaving.</summary>
public sealed class LineSpecTests
{
    /// <summary>Where each fault shows first, and as what.</summary>
    private static readonly Dictionary<Fault, (LineSetup Setup, string Requirement)> Caught = new()
    {
        [Fault.WaitersReadBeforePublishing] = (LineSetups.HandOver, LineRequirements.NoLostWakeUp),
        [Fault.NoSecondLookAfterAnnouncing] = (LineSetups.HandOver, LineRequirements.NoLostWakeUp),
        [Fault.LostRaceTakenForFull] = (LineSetups.Races, LineRequirements.NoLostWakeUp),
        [Fault.NewcomerSkipsTheWaiters] = (LineSetups.HandOver, LineRequirements.Fifo),
        [Fault.CancelIgnoresAGrant] = (LineSetups.Leaving, LineRequirements.NoLeak),
        [Fault.CancelForgetsTheCount] = (LineSetups.Leaving, LineRequirements.CleanEnd),
        [Fault.CancelLeavesTheNextUnserved] = (LineSetups.ExclusiveHead, LineRequirements.NoLostWakeUp),
        [Fault.CancelKeepsTheReservation] = (LineSetups.ExclusiveHead, LineRequirements.Reserved),
        [Fault.JoinerServesNobody] = (LineSetups.Users, LineRequirements.NoLostWakeUp),
        [Fault.ReleaserServesOnlyOne] = (LineSetups.ExclusiveHead, LineRequirements.NoLostWakeUp),
        [Fault.ReleaseWithoutVersion] = (LineSetups.DoubleReleases, LineRequirements.ExactlyOnce),
        [Fault.HealWakesNobody] = (LineSetups.Healing, LineRequirements.NoLostWakeUp),
        [Fault.CloseIgnoresPermits] = (LineSetups.Retiring, LineRequirements.NotOutlived),
        [Fault.CloseKeepsTheGeneration] = (LineSetups.Retiring, LineRequirements.NotOutlived),
        [Fault.LastReleaseLeavesTheSlotOpen] = (LineSetups.Retiring, LineRequirements.Closed),
        [Fault.RetireForgetsTheReservation] = (LineSetups.RetiringReserved, LineRequirements.Reserved),
    };

    /// <summary>No state of these is wrong: they break <see cref="LineRequirements.NotStarved"/>.</summary>
    private static readonly Dictionary<Fault, LineSetup> Starved = new()
    {
        [Fault.ExclusiveReservesNothing] = LineSetups.Starving,
        [Fault.ReservationBeatsTheTurn] = LineSetups.PassingOn,
        [Fault.EachHeadLooksForItself] = LineSetups.PassingOn,
    };

    public static TheoryData<Fault> FaultsThatStarve => [.. Starved.Keys];

    public static TheoryData<string> Setups => [.. LineSetups.ToCheck.Concat(Proof.IsDeep ? LineSetups.Deep : []).Select(setup => setup.Name)];

    public static TheoryData<string> EndlessSetups => [.. LineSetups.Endless.Select(setup => setup.Name)];

    public static TheoryData<Fault> Faults => [.. Caught.Keys];

    [Theory]
    [MemberData(nameof(Setups))]
    public void The_line_keeps_its_promises_under_every_interleaving(string name)
    {
        var setup = LineSetups.ToCheck.Concat(LineSetups.Deep).Single(setup => setup.Name == name);
        Proof.Holds(new LineModel(setup), name, setup.AtLeast);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_of_the_line_is_caught(Fault fault) =>
        Proof.IsCaught(fault, new LineModel(Caught[fault].Setup with { Fault = fault }), Caught[fault].Requirement);

    /// <summary>How far the promise goes: it is made from the announcement on, and to who begins after it.</summary>
    [Fact]
    public void Who_found_nobody_waiting_may_still_take_a_permit_that_is_freed_after_somebody_joined()
    {
        var model = new LineModel(LineSetups.HandOver);
        var checker = new Checker(model).Run();

        bool Overtakes() => model.LineLength > 0 && model.Callers.Any(caller => caller.At == At.A3 && caller.Seen == model.Words[caller.Slot]);
        var first = Enumerable.Range(0, checker.States).First(at => checker.Is(at, Overtakes));
        Proof.Tell(checker.PathTo(first));
    }

    [Theory]
    [MemberData(nameof(EndlessSetups))]
    public void Nobody_is_starved_by_endless_requests_of_others(string name) => Assert.Null(Starvation(LineSetups.Endless.Single(setup => setup.Name == name)));

    [Theory]
    [MemberData(nameof(FaultsThatStarve))]
    public void A_fault_that_starves_somebody_is_caught(Fault fault) => Assert.NotNull(Starvation(Starved[fault] with { Fault = fault }));

    /// <summary>Behind an exclusive head everybody of its line waits: among one user's requests order alone is enough.</summary>
    [Fact]
    public void One_users_requests_do_not_starve_each_other_even_without_a_reservation()
    {
        var oneUser = LineSetups.Starving.Callers.Select(caller => caller with { User = 0 }).ToArray();
        Assert.Null(Starvation(LineSetups.Starving with { Callers = oneUser, Fault = Fault.ExclusiveReservesNothing }));
    }

    /// <summary>A way to go on for ever in which the first caller never gets its lease.</summary>
    private static string? Starvation(LineSetup setup)
    {
        // What must hold of states is checked elsewhere; here a broken one must not end the search.
        var model = new LineModel(setup) { ChecksStates = false };
        var checker = new Checker(model).Run();
        var first = model.Agents[0];
        var cycle = new FairCycles(
            checker,
            isInVain: () => first.At != At.Done && first.LeasePermits == 0,
            owes: actor => actor == 0 || model.Agents[actor].At != At.A1).Find();
        Proof.Tell($"{setup}, {setup.Fault}: {checker}; {(cycle is null ? "no fair cycle" : $"broken is \"{LineRequirements.NotStarved}\"\n{cycle}")}");
        Assert.True(checker.States > 500);
        return cycle;
    }
}
