namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>What the line promises; the numbers are those of pool.md section 6.</summary>
internal sealed class LineRequirements(LineModel line)
{
    public const string ExactlyOnce = "I10 a permit is out to one lease at most, whatever is released twice";
    public const string NoLeak = "I2 every permit that is out has a lease that will be released";
    public const string NotOutlived = "I5 no lease outlives its session";
    public const string Fifo = "I9 nobody gets a lease before who had announced when it began";
    public const string NoLostWakeUp = "I8 nobody waits while what its user's head wants is free";
    public const string Reserved = "an exclusive waiter at the head has reserved a session";
    public const string Closed = "a retired session is closed after its last lease";
    public const string Answered = "everybody is answered";
    public const string CleanEnd = "a clean end: no count, no line, no permit and no reservation is left";
    public const string NotStarved = "nobody is starved";

    public IReadOnlyList<Requirement> All { get; } =
    [
        new(ExactlyOnce, When.Always, () => IsExactlyOnce(line)),
        new(NoLeak, When.Always, () => HasNoLeak(line)),
        new(NotOutlived, When.Always, () => IsNotOutlived(line)),
        new(Fifo, When.Always, () => line.Callers.All(caller => caller.LeasePermits == 0 || caller.Ahead == 0)),
        new(NoLostWakeUp, When.AtRest, () => HasNoLostWakeUp(line)),
        new(Reserved, When.AtRest, () => IsReserved(line)),
        new(Closed, When.AtRest, () => Array.TrueForAll(line.Words, word => word.State != SlotState.Draining || word.Permits != 0)),
        new(CleanEnd, When.AtTheEnd, () => !IsEverybodyGone(line) || IsClean(line)),
        new(Answered, When.AtTheEnd, () => IsEverybodyGone(line) || !Array.Exists(line.Words, word => word.State == SlotState.Ready)),
    ];

    private static bool IsExactlyOnce(LineModel line)
    {
        var seen = 0;
        foreach (var agent in line.Agents)
        {
            var permits = agent.Owns ? agent.LeasePermits << (3 * agent.LeaseSlot) : 0;
            if ((seen & permits) != 0)
            {
                return false;
            }

            seen |= permits;
        }

        return true;
    }

    private static bool HasNoLeak(LineModel line)
    {
        for (var slot = 0; slot < line.Words.Length; slot++)
        {
            var owned = 0;
            foreach (var agent in line.Agents)
            {
                owned |= agent.Owns && agent.LeaseSlot == slot ? agent.LeasePermits : 0;
            }

            if ((line.Words[slot].Permits & ~owned) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNotOutlived(LineModel line)
    {
        foreach (var agent in line.Agents)
        {
            if (agent.Owns && (agent.LeaseSession != line.Session[agent.LeaseSlot] || line.Words[agent.LeaseSlot].State is not (SlotState.Ready or SlotState.Draining)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasNoLostWakeUp(LineModel line)
    {
        for (var user = 0; user < line.Setup.Users; user++)
        {
            if (line.HeadOf(user) is { } head && Array.Exists(line.Words, word => line.CanTake(word, line.WantOf(head), line.MayTakeReserved(head))))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsReserved(LineModel line)
    {
        var marked = line.Words.Count(word => word.IsReserved);
        var isWanted = Enumerable.Range(0, line.Setup.Users).Any(user => line.HeadOf(user) is { } head && line.WantOf(head) == Want.Exclusive);
        return marked == (isWanted && Array.Exists(line.Words, word => word.State == SlotState.Ready) ? 1 : 0);
    }

    private static bool IsClean(LineModel line) =>
        line is { Waiters: 0, LineLength: 0, ReservedFor: 0 } && Array.TrueForAll(line.Words, word => word is { Permits: 0, IsReserved: false });

    private static bool IsEverybodyGone(LineModel line) => line.Callers.All(caller => caller.At == At.Done);
}
