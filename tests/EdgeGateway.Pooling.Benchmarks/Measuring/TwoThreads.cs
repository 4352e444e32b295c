namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>
/// Two threads on one pool that has an item for each. The time of an operation is what a thread sees: with cores enough and nothing to
/// get in each other's way it is the same as for one.
/// </summary>
internal sealed class TwoThreads<T>(string name, T contender) : Row(name)
    where T : struct, IContender
{
    private const int Threads = 2;

    public override Batch Run(int operations)
    {
        var laps = new Lap[Threads];
        var missing = Threads;
        var threads = Array.ConvertAll([.. Enumerable.Range(0, Threads)], index => new Thread(() =>
        {
            Interlocked.Decrement(ref missing);
            for (var spin = default(SpinWait); Volatile.Read(ref missing) > 0;)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            laps[index] = Lap.Run(contender, operations);
        }));
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return Batch.Of(laps.Min(lap => lap.Began), laps.Max(lap => lap.Ended), laps.Sum(lap => lap.Bytes), operations, Threads);
    }
}
