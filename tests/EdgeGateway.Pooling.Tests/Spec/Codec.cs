namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Writes a model's fields into a <see cref="State"/>, or reads them back. One layout says both, so the two cannot differ.</summary>
internal sealed class Codec
{
    private readonly ulong[] _words = new ulong[4];
    private int _at;
    private bool _writes;

    public State Write(Model model)
    {
        Array.Clear(_words);
        (_at, _writes) = (0, true);
        model.Layout(this);
        return new State(_words[0], _words[1], _words[2], _words[3]);
    }

    public void Read(Model model, in State state)
    {
        (_words[0], _words[1], _words[2], _words[3]) = (state.A, state.B, state.C, state.D);
        (_at, _writes) = (0, false);
        model.Layout(this);
    }

    public void Field(ref int value, int bits) => value = Field(value, bits);

    public int Field(int value, int bits)
    {
        if ((_at & 63) + bits > 64)
        {
            _at = (_at | 63) + 1;
        }

        var shift = _at & 63;
        ref var word = ref _words[_at >> 6];
        _at += bits;
        if (!_writes)
        {
            return (int)(word >> shift) & ((1 << bits) - 1);
        }

        // A value cut short would make two states one, and the check would prove nothing.
        if ((uint)value >> bits != 0)
        {
            throw new InvalidOperationException($"{value} does not fit into {bits} bits");
        }

        word |= (ulong)value << shift;
        return value;
    }
}
