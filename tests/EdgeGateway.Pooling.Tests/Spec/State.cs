namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>One state of a model, packed: two states are the same exactly when their bits are.</summary>
internal readonly record struct State(ulong A, ulong B, ulong C, ulong D)
{
    public override int GetHashCode()
    {
        var mixed = ((((((A * 0x9E3779B97F4A7C15) ^ B) * 0xBF58476D1CE4E5B9) ^ C) * 0x94D049BB133111EB) ^ D) * 0x9E3779B97F4A7C15;
        return (int)(mixed >> 32);
    }
}
