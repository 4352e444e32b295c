namespace EdgeGateway.Pooling.Strategies;

/// <summary>Hashes that are the same in every process, unlike string.GetHashCode: a restart keeps keys where they were.</summary>
internal static class Hash
{
    /// <summary>FNV-1a, 64 bits.</summary>
    public static ulong Of(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        return hash;
    }

    /// <summary>The finalizer of SplitMix64: every input bit moves every output bit.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
