namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>One of the threads whose steps a schedule puts in order. Read and written by whichever strand runs: that is one at a time.</summary>
internal sealed class Strand(Schedule schedule, int number, string name)
{
    public Schedule Schedule { get; } = schedule;

    public int Number { get; } = number;

    public string Name { get; } = name;

    /// <summary>Passed when it is to go on.</summary>
    public required Baton Turn { get; init; }

    public bool IsDone { get; set; }

    /// <summary>The schedule is over: it has been told to leave, once.</summary>
    public bool WasToldToLeave { get; set; }

    /// <summary>What it does not go on without; null when it can.</summary>
    public Func<bool>? Awaits { get; set; }

    /// <summary>The lock it is about to take; null when none.</summary>
    public Lock? Wants { get; set; }

    public bool CanRun => !IsDone && (Wants is null || IsFree(Wants)) && (Awaits is null || Awaits());

    /// <summary>Asked by whoever runs, so nobody can take it in between. Whoever runs may hold it himself, and then it is not free for another.</summary>
    private static bool IsFree(Lock wanted)
    {
        if (wanted.IsHeldByCurrentThread || !wanted.TryEnter())
        {
            return false;
        }

        wanted.Exit();
        return true;
    }

    public override string ToString() => $"{Number} {Name}";
}
