namespace EdgeGateway.Pooling.Strategies;

/// <summary>
/// Rendezvous hashing (Thaler and Ravishankar 1998) with bounded loads (Mirrokni et al. 2018, c = 1.25): removing a slot moves only the
/// keys it owned, and no slot carries more than ⌈c·(m+1)/n⌉ of m requests. A slot that is full is waited for.
/// </summary>
internal sealed class Sticky : Placement
{
    private const double Bound = 1.25;

    public override int Pick(ReadOnlySpan<Candidate> candidates, ReadOnlySpan<Candidate> everybody, string key, int capacity)
    {
        var inFlight = 0;
        foreach (ref readonly var slot in everybody)
        {
            inFlight += slot.InFlight;
        }

        var most = (int)Math.Ceiling(Bound * (inFlight + 1) / everybody.Length);
        var hash = Fnv1a(key);
        var home = -1;
        var best = 0UL;
        foreach (ref readonly var slot in everybody)
        {
            var weight = Mix(hash ^ ((ulong)(slot.Slot + 1) * 0x9E3779B97F4A7C15));
            if (slot.InFlight < most && (home < 0 || weight > best))
            {
                home = slot.Slot;
                best = weight;
            }
        }

        for (var i = 0; i < candidates.Length; i++)
        {
            if (candidates[i].Slot == home)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Stable across processes, unlike string.GetHashCode: a restart keeps the keys where they were.</summary>
    private static ulong Fnv1a(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var c in text)
        {
            hash = (hash ^ c) * 0x100000001B3;
        }

        return hash;
    }

    /// <summary>The finalizer of SplitMix64: every input bit moves every output bit.</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
