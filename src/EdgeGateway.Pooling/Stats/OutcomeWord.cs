using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Stats;

/// <summary>
/// The last 64 outcomes of a session within 60 s, one bit each: 1 is healthy, the success rate is a population count. Healthy outcomes are
/// only counted where they happen; they become bits when a fault comes or somebody reads. Used under the pool's lock.
/// </summary>
internal sealed class OutcomeWord
{
    private const int Samples = 64;
    private const int Marks = 6;
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(60);

    // How many outcomes there had been ten, twenty … sixty seconds ago; the oldest says which are older than a minute.
    private Ring _marks;
    private int _oldest;
    private long _markedAt;

    private ulong _bits;
    private long _healthy;
    private long _faults;

    public int FaultsInARow { get; private set; }

    /// <summary>Outcomes that count, and those of them that are healthy.</summary>
    /// <param name="healthy">Healthy ones there have been.</param>
    public (int Outcomes, int Healthy) Read(long healthy)
    {
        Fold(healthy);
        var count = (int)Math.Min(Samples, _healthy + _faults - _marks[_oldest]);
        return count == 0 ? (0, 0) : (count, BitOperations.PopCount(_bits & (ulong.MaxValue >> (Samples - count))));
    }

    /// <summary>0–1; 1 without samples.</summary>
    /// <param name="healthy">Healthy ones there have been.</param>
    public double SuccessRate(long healthy)
    {
        var (outcomes, well) = Read(healthy);
        return outcomes == 0 ? 1 : (double)well / outcomes;
    }

    /// <param name="healthy">Healthy ones there had been before it.</param>
    public void AddFault(long healthy)
    {
        Fold(healthy);
        _bits <<= 1;
        _faults++;
        FaultsInARow++;
    }

    /// <summary>Time passed: what is older than a minute, to ten seconds, does not count any more.</summary>
    /// <param name="healthy">Healthy ones there have been.</param>
    /// <param name="now">Timestamp.</param>
    /// <param name="clock">What it is of.</param>
    public void Age(long healthy, long now, TimeProvider clock)
    {
        var passed = clock.GetElapsedTime(_markedAt, now);
        if (passed < Memory / Marks)
        {
            return;
        }

        var total = healthy + _faults;
        if (passed >= Memory && _markedAt != 0)
        {
            ((Span<long>)_marks).Fill(total);
        }

        _markedAt = now;
        _marks[_oldest] = total;
        _oldest = (_oldest + 1) % Marks;
        if (_marks[_oldest] == total)
        {
            FaultsInARow = 0;
        }
    }

    private void Fold(long healthy)
    {
        var unseen = healthy - _healthy;
        if (unseen > 0)
        {
            _bits = unseen >= Samples ? ulong.MaxValue : (_bits << (int)unseen) | ((1UL << (int)unseen) - 1);
            _healthy = healthy;
            FaultsInARow = 0;
        }
    }

    [InlineArray(Marks)]
    private struct Ring
    {
        private long _first;
    }
}
