using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Benchmarks.Measuring;

/// <summary>One thread's run over a number of operations: when, and what it allocated.</summary>
internal readonly record struct Lap(long Began, long Ended, long Bytes)
{
    private static long _seen;

    public static Lap Run<T>(in T contender, int operations)
        where T : struct, IContender
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        var sum = Loop(contender, operations);
        var ended = Stopwatch.GetTimestamp();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        Volatile.Write(ref _seen, sum);
        return new(began, ended, bytes);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Loop<T>(T contender, int operations)
        where T : struct, IContender
    {
        var sum = 0L;
        for (var i = 0; i < operations; i++)
        {
            sum += contender.AcquireAndRelease();
        }

        return sum;
    }
}
