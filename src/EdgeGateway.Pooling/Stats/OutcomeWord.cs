using System.Numerics;

namespace EdgeGateway.Pooling.Stats;

/// <summary>The last 64 outcomes of a session, one bit each: 1 is healthy. The success rate is a population count.</summary>
internal sealed class OutcomeWord
{
    private const int Samples = 64;
    private ulong _bits;

    public int Count { get; private set; }

    public int FaultsInARow { get; private set; }

    /// <summary>0–1; 1 without samples.</summary>
    public double SuccessRate => Count == 0 ? 1 : (double)BitOperations.PopCount(_bits) / Count;

    public void Add(bool healthy)
    {
        _bits = (_bits << 1) | (healthy ? 1UL : 0);
        Count = Math.Min(Count + 1, Samples);
        FaultsInARow = healthy ? 0 : FaultsInARow + 1;
    }
}
