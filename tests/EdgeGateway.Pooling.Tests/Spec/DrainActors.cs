namespace EdgeGateway.Pooling.Tests.Spec;

internal enum Phase
{
    Serving,
    Draining,
    Drained,
}

internal enum Do
{
    A1,
    A2,
    A3,
    S1,
    S2,
    S3,
    S5,
    Waits,
    Holds,
    R3,
    R4,
    R4Close,
    Serve,
    Done,

    // The operator
    D1,
    D2,
    D3,
    G3,
    DUnlock,

    // The opener
    O1,
    Handshake,
}

/// <summary>A thread of the <see cref="DrainModel"/>.</summary>
internal sealed class Party(int id, Do first)
{
    public int Id => id;

    public Do At = first;

    /// <summary>Which request, order or timer it is at.</summary>
    public int Turn;
    public int Slot;
    public Word Seen;

    /// <summary>What it does after serving the line.</summary>
    public bool WillWait;

    public int Lease;
    public int LeaseSlot;
    public int LeaseSession;

    /// <summary>The deadline ended its lease; it has yet to notice.</summary>
    public bool IsCut;

    public void Layout(Codec codec)
    {
        At = (Do)codec.Field((int)At, 5);
        codec.Field(ref Turn, 2);
        codec.Field(ref Slot, 2);
        Seen = new Word(codec.Field(Seen.Value, Word.Bits));
        WillWait = codec.Field(WillWait ? 1 : 0, 1) != 0;
        codec.Field(ref Lease, 1);
        codec.Field(ref LeaseSlot, 1);
        codec.Field(ref LeaseSession, 3);
        IsCut = codec.Field(IsCut ? 1 : 0, 1) != 0;
    }
}
