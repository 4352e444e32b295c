namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>What a slot's word says of the session in it.</summary>
internal enum SlotState
{
    Empty,
    Opening,
    Fresh,
    Ready,
    Suspended,
    Draining,
    Bound,
}

/// <summary>A slot's word: permits that are out, state, generation, and whether an exclusive waiter has reserved it. A compare-exchange fails when any part changed.</summary>
internal readonly record struct Word(int Value)
{
    public const int Bits = 10;

    public int Permits => Value & 7;

    public bool IsReserved => (Value & 8) != 0;

    public SlotState State => (SlotState)((Value >> 4) & 7);

    public int Generation => Value >> 7;

    public static Word Of(SlotState state, int generation = 0) => new(((int)state << 4) | (generation << 7));

    public Word Take(int permits) => new(Value | permits);

    public Word Free(int permits) => new(Value & ~permits);

    public Word Reserve() => new(Value | 8);

    public Word Unreserve() => new(Value & ~8);

    public Word In(SlotState state) => new((Value & ~(7 << 4)) | ((int)state << 4));

    public override string ToString() =>
        $"{State.ToString().ToLowerInvariant()}{Generation}[{Convert.ToString(Permits, 2)}{(IsReserved ? " reserved" : "")}]";
}
