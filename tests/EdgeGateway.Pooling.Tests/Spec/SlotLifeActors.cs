namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>A slot, and what lies beside its word.</summary>
internal sealed class Place
{
    public Word Word;

    /// <summary>Whose session it is; 0: nobody's, or left over from the last one.</summary>
    public int Partition;

    /// <summary>Only to check: the session's number, whose it first became, whom it served, and who it is bound to.</summary>
    public int Session;
    public int Settled;
    public int Served;
    public int BoundTo;

    public void Layout(Codec codec)
    {
        Word = new Word(codec.Field(Word.Value, Word.Bits));
        codec.Field(ref Partition, 2);
        codec.Field(ref Session, 3);
        codec.Field(ref Settled, 2);
        codec.Field(ref Served, 2);
        codec.Field(ref BoundTo, 2);
    }
}

internal enum Live
{
    Begin,
    L1,
    L2,
    L3,
    F1,
    F2,
    F3,
    F4,
    Holds,
    R4,
    R4Close,
    B3,
    Bound,
    U2,
    U3,
    Done,
}

internal sealed class Resident(Person person, int id)
{
    public int Principal => person.Principal;

    public int Id => id;

    public Live At;
    public int Errand;
    public int Slot;
    public Word Seen;
    public int SeenPartition;
    public int Lease;
    public int LeaseSession;

    public Errand Wants => person.Errands[Errand];

    public bool HasMore => Errand < person.Errands.Length - 1;

    public void Layout(Codec codec)
    {
        At = (Live)codec.Field((int)At, 4);
        codec.Field(ref Errand, 2);
        codec.Field(ref Slot, 1);
        Seen = new Word(codec.Field(Seen.Value, Word.Bits));
        codec.Field(ref SeenPartition, 2);
        codec.Field(ref Lease, 2);
        codec.Field(ref LeaseSession, 3);
    }
}

internal sealed class Keeper(Place place, int id)
{
    public Place Place => place;

    public int Id => id;

    /// <summary>Tasks done.</summary>
    public int Done;

    /// <summary>In the middle of putting a new session in.</summary>
    public bool IsFreshening;
}
