using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace EdgeGateway.Pooling.Benchmarks.Candidates;

/// <summary>A candidate that does not do what is measured ends the program: its figure would be about something else.</summary>
internal static class Must
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T BeThere<T>(in ValueTask<T> asked)
    {
        HaveItem(asked.IsCompletedSuccessfully);
        return asked.Result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void HaveItem([DoesNotReturnIf(false)] bool had)
    {
        if (!had)
        {
            Fail("a pool with an item to spare let its caller wait");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void HaveLease(Refusal? refusal)
    {
        if (refusal is not null)
        {
            Fail(refusal);
        }
    }

    /// <summary>Apart, so that the checks stay small enough to vanish in the loops.</summary>
    [DoesNotReturn]
    private static void Fail(string why) => throw new InvalidOperationException(why);

    [DoesNotReturn]
    private static void Fail(Refusal refusal) => Fail($"the pool refused a lease: {refusal.Reason}: {refusal.Detail}");
}
