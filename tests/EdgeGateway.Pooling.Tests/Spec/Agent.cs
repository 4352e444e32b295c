namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>The step an actor of the <see cref="LineModel"/> takes next.</summary>
internal enum At
{
    A1,
    A2,
    A3,
    S1,
    S2,
    S3Read,
    S3Take,
    S3Leave,
    S4,
    Waits,
    C1,
    C2,
    Holds,
    R1,
    R2,
    R3,
    R4,
    R4Close,
    R5Read,
    R5Take,
    R5Unreserve,
    R5Grant,
    R5Reserve,
    Unlock,
    K1,
    K2Read,
    K2Change,
    H2,
    Done,
}

/// <summary>What follows the unlocking.</summary>
internal enum Then
{
    Nothing,
    Wait,
    UseTheLease,
    GiveItBack,
}

/// <summary>A thread of the <see cref="LineModel"/>: a caller, the keeper, or somebody who releases again.</summary>
internal sealed class Agent(int number)
{
    public int Number => number;

    public At At;

    /// <summary>Which of its requests it is at; with the keeper, which of its tasks.</summary>
    public int Request;

    /// <summary>The slot it looks at, and the word and session it read there.</summary>
    public int Slot;
    public Word Seen;
    public int SeenSession;

    /// <summary>In the serving loop: which user's head it serves; and, by <see cref="Fault.EachHeadLooksForItself"/>, how many it has passed.</summary>
    public int User;
    public int Passed;

    public Then Then;

    /// <summary>Its lease; no permits: none.</summary>
    public int LeaseSlot;
    public int LeasePermits;
    public int LeaseVersion;

    /// <summary>Only to check: the permits are out in its name; and for which session they were taken.</summary>
    public bool Owns;
    public int LeaseSession;

    /// <summary>Only to check: announced, and neither granted nor gone.</summary>
    public bool IsAnnounced;

    /// <summary>Only to check: those of its user who had announced, and were still waiting, when it began or announced.</summary>
    public int Ahead;

    public void Layout(Codec codec)
    {
        At = (At)codec.Field((int)At, 5);
        codec.Field(ref Request, 2);
        codec.Field(ref Slot, 2);
        Seen = new Word(codec.Field(Seen.Value, Word.Bits));
        codec.Field(ref SeenSession, 2);
        codec.Field(ref User, 1);
        codec.Field(ref Passed, 2);
        Then = (Then)codec.Field((int)Then, 2);
        codec.Field(ref LeaseSlot, 2);
        codec.Field(ref LeasePermits, 3);
        Owns = codec.Field(Owns ? 1 : 0, 1) != 0;
        codec.Field(ref LeaseSession, 2);
        IsAnnounced = codec.Field(IsAnnounced ? 1 : 0, 1) != 0;
        codec.Field(ref Ahead, 4);
    }

    /// <summary>What it saw means nothing any more.</summary>
    public void Forget() => (Slot, Seen, SeenSession, User, Passed) = (0, default, 0, 0, 0);

    public void DropLease() => (LeaseSlot, LeasePermits, LeaseVersion, LeaseSession, Owns) = (0, 0, 0, 0, false);
}
