namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>Where one schedule of a scenario is played: the pool, those who use it, and what is looked at when all of them rest.</summary>
internal sealed class Stage(int seed, Schedule schedule)
{
    private readonly List<Action> _atRest = [];
    private int _running;
    private StagedPool? _pool;

    public int Seed { get; } = seed;

    public Schedule Schedule { get; } = schedule;

    /// <summary>How many pieces of background work may run at once.</summary>
    public int Workers { get; set; } = 1;

    /// <summary>Sessions the gateway may hold; to be set before the pool is opened.</summary>
    public int Cap { get; set; } = 100;

    /// <summary>A pool that has warmed up.</summary>
    public StagedPool Open(Func<PoolOptions, PoolOptions> configure, bool isStateful = true) => _pool = new StagedPool(this, configure, isStateful);

    /// <summary>Somebody who does something with the pool while others do something else.</summary>
    public void Strand(string name, Action body)
    {
        _running++;
        Schedule.Add(name, () =>
        {
            _pool!.Background.Within(body);
            _running--;
        });
    }

    /// <summary>What must hold when all have ended, beyond what always must.</summary>
    public void AtRest(Action check) => _atRest.Add(check);

    public void Note(string text) => Schedule.Trace.Note(Scheduling.Schedule.Here(), text);

    public void Perform(Action<Stage> scenario)
    {
        scenario(this);
        var pool = _pool!;
        for (var worker = 0; worker < Workers; worker++)
        {
            Schedule.Add("background", () => pool.Background.Within(() => pool.Background.Work(Schedule, () => _running == 0)));
        }

        Schedule.Run();
        if (Schedule.Failure is { } failure)
        {
            throw new InvalidOperationException($"{failure.Message}\n{pool.Describe()}", failure);
        }

        pool.Background.Run();
        pool.Background.Check();
        pool.Books.CheckAtRest();
        foreach (var check in _atRest)
        {
            check();
        }

        if (pool.Serves)
        {
            pool.CheckServesWithoutTheLock("newcomer");
        }
    }
}
