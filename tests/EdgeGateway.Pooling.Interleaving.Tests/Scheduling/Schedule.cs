namespace EdgeGateway.Pooling.Tests.Scheduling;

/// <summary>
/// Runs strands one at a time. At each yield point of the engine whoever runs asks the chooser who goes on, hands over, and waits for its
/// next turn; so the order of all accesses to shared memory follows from the chooser alone.
/// </summary>
internal sealed class Schedule(IChooser chooser, Trace trace)
{
    /// <summary>Schedules here have some hundred steps; one that has so many goes round in circles.</summary>
    private const int MostSteps = 100_000;

    /// <summary>A strand that blocks or loops where no yield point is would hang the test: this ends it, and says so.</summary>
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);

    [ThreadStatic]
    private static Strand? _onThisThread;

    [ThreadStatic]
    private static int _locksTaken;

    private readonly List<Strand> _strands = [];
    private readonly Baton _end = new();
    private int _current = -1;
    private bool _isOver;

    static Schedule()
    {
        Interleaving.OnPoint = static () => Here()?.Schedule.Yield();
        Interleaving.OnEnter = static wanted =>
        {
            _locksTaken++;
            Here()?.Schedule.Enter(wanted);
        };
    }

    /// <summary>How often the pool's lock was taken on this thread.</summary>
    public static int LocksTaken => _locksTaken;

    public Trace Trace { get; } = trace;

    /// <summary>What the first strand that failed threw, or why nobody could go on; null when all is well.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The strand this code runs on; null outside a schedule.</summary>
    public static Strand? Here() => _onThisThread;

    public void Add(string name, Action body)
    {
        Strand? added = null;
        _strands.Add(added = new Strand(this, _strands.Count, name) { Turn = Crew.Take(() => Live(added!, body)) });
    }

    /// <summary>Runs every strand to its end, or until one fails or nobody can go on.</summary>
    public void Run()
    {
        HandOn();
        if (_end.Wait(Watchdog))
        {
            _end.Dispose();
        }
        else
        {
            Failure ??= new TimeoutException($"{_strands[_current]} blocked or looped outside any yield point for {Watchdog.TotalSeconds:0} s.");
        }
    }

    /// <summary>Lets another strand run.</summary>
    public void Yield()
    {
        if (_isOver)
        {
            Leave();
            return;
        }

        var here = _onThisThread!;
        Trace.Step(here);
        if (Trace.Steps > MostSteps)
        {
            Fail(new InvalidOperationException($"After {MostSteps} steps the strands still have not ended."));
        }

        Pause(here);
    }

    /// <summary>Goes on when the condition holds; others can then not undo it before the next yield point.</summary>
    public void Until(Func<bool> condition)
    {
        var here = _onThisThread!;
        here.Awaits = condition;
        Pause(here);
        here.Awaits = null;
    }

    private void Enter(Lock wanted)
    {
        if (wanted.IsHeldByCurrentThread)
        {
            return;
        }

        if (_isOver)
        {
            // Its holder may be gone without having left it: nobody may wait for it.
            throw new ScheduleOverException();
        }

        var here = _onThisThread!;
        Trace.Step(here);
        here.Wants = wanted;
        Pause(here);
        here.Wants = null;
    }

    /// <summary>Whoever runs hands over, and is back when it is its turn again.</summary>
    private void Pause(Strand here)
    {
        var next = Choose();
        if (next is null)
        {
            Fail(Stuck());
        }
        else if (next != here)
        {
            next.Turn.Pass();
            here.Turn.Wait();
        }

        if (_isOver)
        {
            Leave();
        }
    }

    private void Live(Strand strand, Action body)
    {
        _onThisThread = strand;
        try
        {
            if (!_isOver)
            {
                body();
            }
        }
        catch (ScheduleOverException)
        {
            // As it was told.
        }
#pragma warning disable CA1031 // whatever it is, it is the schedule's failure
        catch (Exception broken)
#pragma warning restore CA1031
        {
            Fail(broken);
        }

        strand.IsDone = true;
        _onThisThread = null;
        HandOn();
    }

    /// <summary>The strand that ran has ended, or none has begun.</summary>
    private void HandOn()
    {
        var next = _isOver ? null : Choose();
        if (next is null && _strands.Exists(strand => !strand.IsDone))
        {
            // Those that are left are told to leave, one after the other.
            Fail(Stuck());
            next = _strands.Find(strand => !strand.IsDone);
        }

        (next?.Turn ?? _end).Pass();
    }

    private Strand? Choose()
    {
        Span<int> canRun = stackalloc int[_strands.Count];
        var count = 0;
        foreach (var strand in _strands)
        {
            if (strand.CanRun)
            {
                canRun[count++] = strand.Number;
            }
        }

        if (count == 0)
        {
            return null;
        }

        _current = chooser.Next(canRun[..count], _current);
        return _strands[_current];
    }

    private void Fail(Exception failure)
    {
        Failure ??= _isOver ? null : failure;
        _isOver = true;
    }

    /// <summary>Unwinds the strand once; what it still does on its way out is not held up.</summary>
    private static void Leave()
    {
        var here = _onThisThread!;
        if (!here.WasToldToLeave)
        {
            here.WasToldToLeave = true;
            throw new ScheduleOverException();
        }
    }

    private InvalidOperationException Stuck() =>
        new($"Nobody can go on: {string.Join(", ", _strands.Where(strand => !strand.IsDone).Select(strand => $"{strand} {(strand.Wants is null ? "waits" : "wants the lock")}"))}.");
}

/// <summary>The schedule is over: whoever is still in it leaves.</summary>
internal sealed class ScheduleOverException : Exception;
