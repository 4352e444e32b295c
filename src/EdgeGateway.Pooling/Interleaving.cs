using System.Diagnostics;

namespace EdgeGateway.Pooling;

/// <summary>
/// Where a thread may be overtaken by another. The product is compiled without these calls; the proof of the real code is compiled with
/// <c>POOL_INTERLEAVING</c>, and there a seeded scheduler decides at each of them who runs next.
/// </summary>
internal static class Interleaving
{
    /// <summary>Set by the scheduler: lets another thread run.</summary>
    public static Action? OnPoint { get; set; }

    /// <summary>Set by the scheduler: returns when nobody holds the lock.</summary>
    public static Action<Lock>? OnEnter { get; set; }

    /// <summary>Between two accesses to shared memory.</summary>
    [Conditional("POOL_INTERLEAVING")]
    public static void Point() => OnPoint?.Invoke();

    /// <summary>Before a lock is taken.</summary>
    [Conditional("POOL_INTERLEAVING")]
    public static void Enter(Lock gate) => OnEnter?.Invoke(gate);
}
