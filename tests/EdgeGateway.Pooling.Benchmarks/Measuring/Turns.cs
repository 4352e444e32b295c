using System.Diagnostics;

namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>
/// The work done while an item is held: as little as possible, and proof that nobody else held it. Its fields are plain on purpose;
/// the pool under test is what keeps two workers apart.
/// </summary>
/// <param name="count">Turns to take, by all together.</param>
/// <param name="workers">Who takes them.</param>
internal sealed class Turns(int count, int workers)
{
    /// <summary>From asking to standing in line takes below a microsecond, unless the machine has something else to do.</summary>
    private static readonly TimeSpan ToTheLine = TimeSpan.FromMilliseconds(1);

    private int _left = count;
    private int _inside;

    /// <summary>Written by workers that are about to ask (Interlocked), read by the first that was served.</summary>
    private int _missing = workers;

    /// <summary>When the first turn began, with all others waiting.</summary>
    public long Began { get; private set; }

    /// <summary>When the last turn ended.</summary>
    public long Ended { get; private set; }

    /// <summary>Said by each worker before it asks for the first time.</summary>
    public void Join() => Interlocked.Decrement(ref _missing);

    /// <returns>False when the turns are used up.</returns>
    public bool Take()
    {
        if (_inside++ != 0)
        {
            throw new InvalidOperationException("two workers held the only item at once");
        }

        if (Began == 0)
        {
            WaitForTheOthers();
        }

        if (--_left == 0)
        {
            Ended = Stopwatch.GetTimestamp();
        }

        _inside--;
        return _left > 0;
    }

    /// <summary>Otherwise the first would be through alone before anybody waits.</summary>
    private void WaitForTheOthers()
    {
        SpinWait.SpinUntil(() => Volatile.Read(ref _missing) == 0);
        Thread.Sleep(ToTheLine);
        Began = Stopwatch.GetTimestamp();
    }
}
