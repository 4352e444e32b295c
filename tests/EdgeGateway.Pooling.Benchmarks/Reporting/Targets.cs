using EdgeGateway.Pooling.Benchmarks.Candidates;

namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>What is promised, and to whom it is compared. The second figure is the gate's.</summary>
internal static class Targets
{
    public static IReadOnlyList<Target> Lease { get; } =
    [
        Target.Faster(3, Names.Channel, gate: 2),
        Target.Faster(3, Names.SemaphoreAndQueue, gate: 2),
        Target.Faster(3, Names.NpgsqlShape, gate: 2),
        Target.AtMost(1, Names.ObjectPool, gate: 1.4),
        Target.AtMost(2.5, Names.Floor, gate: 3.5),
    ];

    /// <summary>Against a semaphore that promises as much, a wait that ends in time, and against one that does not.</summary>
    public static IReadOnlyList<Target> HandOff { get; } =
    [
        Target.AtMost(1.2, Names.PatientSemaphore, gate: 2.4),
        Target.AtMost(1.2, Names.Semaphore, gate: 12),
    ];

    public static IReadOnlyList<string> LeaseAnchors { get; } =
        [Names.Floor, Names.ObjectPool, Names.Channel, Names.SemaphoreAndQueue, Names.NpgsqlShape];

    public static IReadOnlyList<string> HandOffAnchors { get; } = [Names.Semaphore, Names.PatientSemaphore, Names.Channel];

    /// <summary>Ours as the relay uses it. The same lease through a task shows what the task costs; nothing is promised of that.</summary>
    public static IReadOnlyList<string> Ours { get; } =
        [Names.RoundRobin, Names.LeastConnections, Names.Exclusive, Names.Bound, Names.OnePermit];
}
