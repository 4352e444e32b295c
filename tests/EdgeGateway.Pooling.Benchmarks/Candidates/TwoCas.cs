using System.Runtime.InteropServices;
using EdgeGateway.Pooling.Benchmarks.Measuring;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>The floor: one compare-exchange takes a permit, one gives it back, and there is nothing else.</summary>
internal readonly struct TwoCas() : IContender
{
    private readonly Word _word = new();

    public int AcquireAndRelease()
    {
        ref var permits = ref _word.Padded.Permits;
        var taken = Add(ref permits, -1);
        Add(ref permits, +1);
        return (int)taken;
    }

    private static long Add(ref long permits, int change)
    {
        for (var before = Volatile.Read(ref permits); ;)
        {
            var found = Interlocked.CompareExchange(ref permits, before + change, before);
            if (found == before)
            {
                return before;
            }

            before = found;
        }
    }

    private sealed class Word
    {
        public Line Padded = new() { Permits = 32 };
    }

    /// <summary>A cache line of its own on either side: neighbours on the heap must not slow the floor down.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Line
    {
        [FieldOffset(64)]
        public long Permits;
    }
}
