using System.Numerics;

namespace EdgeGateway.Pooling.Stats;

/// <summary>The last 64 outcomes of a session, one bit each: 1 is healthy. The success rate is a population count. What came before a minute without any is forgotten.</summary>
internal sealed class OutcomeWord(TimeProvider clock)
{
    private const int Samples = 64;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(60);
    private long _lastAt;
    private ulong _bits;

    public int Count { get; private set; }

    public int FaultsInARow { get; private set; }

    /// <summary>0–1; 1 without samples.</summary>
    public double SuccessRate => Count == 0 ? 1 : (double)BitOperations.PopCount(_bits & (ulong.MaxValue >> (Samples - Count))) / Count;

    public void Add(bool healthy)
    {
        if (Count > 0 && clock.GetElapsedTime(_lastAt) > Memory)
        {
            Count = 0;
            FaultsInARow = 0;
        }

        _lastAt = clock.GetTimestamp();
        _bits = (_bits << 1) | (healthy ? 1UL : 0);
        Count = Math.Min(Count + 1, Samples);
        FaultsInARow = healthy ? 0 : FaultsInARow + 1;
    }
}
