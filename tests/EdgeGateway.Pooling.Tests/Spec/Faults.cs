namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>A mistake put into a model on purpose. A requirement that does not catch it proves nothing.</summary>
public enum Fault
{
    None,

    // The line
    WaitersReadBeforePublishing,
    NoSecondLookAfterAnnouncing,
    LostRaceTakenForFull,
    NewcomerSkipsTheWaiters,
    CancelIgnoresAGrant,
    CancelForgetsTheCount,
    CancelLeavesTheNextUnserved,
    CancelKeepsTheReservation,
    JoinerServesNobody,
    ReleaserServesOnlyOne,
    ReleaseWithoutVersion,
    HealWakesNobody,
    CloseIgnoresPermits,
    CloseKeepsTheGeneration,
    LastReleaseLeavesTheSlotOpen,
    RetireForgetsTheReservation,
    ExclusiveReservesNothing,
    ReservationBeatsTheTurn,
    EachHeadLooksForItself,

    // The life of a slot
    ReturnedToAnotherPartition,
    ReturnedAsFresh,
    RecoveredAsFresh,
    PartitionReadBeforeTheWord,
    PartitionWrittenTooLate,
    BindingStaysInTheRing,
    BindIgnoresPermits,

    // Drain, resume, reset
    DrainForgetsItsWaiters,
    DrainLeavesItsSlotsOpen,
    DrainRetiresItsSlotsLater,
    SecondDrainAccepted,
    LastReleaseLeavesTheDrainRunning,
    DrainWithoutDeadline,
    DeadlineOfAnAbandonedDrainCuts,
    CutFreesTheSlot,
    ResetKeepsTheOldTakeable,
    ResetTurnsWaitersAway,
    OldHandshakeDelivered,
}
