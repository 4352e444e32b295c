namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>
/// Acquire, release, cancel, timeout, heal and retire (pool.md section 4), each numbered line one atomic step. A fence is what the model
/// has everywhere: steps are sequentially consistent, as Interlocked and the lock make them.
/// </summary>
internal sealed partial class LineModel : Model
{
    private readonly LineSetup _setup;
    private readonly LineRequirements _requirements;
    private readonly int _all;
    private readonly int[] _version;
    private readonly Agent? _keeper;
    private readonly Agent? _twin;
    private int _lock;
    private int _turn;

    public LineModel(LineSetup setup)
    {
        _setup = setup;
        _all = (1 << setup.Permits) - 1;
        Words = [.. Enumerable.Range(0, setup.Slots).Select(slot => Word.Of(slot < setup.ReadySlots ? SlotState.Ready : SlotState.Empty))];
        Session = new int[setup.Slots];
        _version = new int[setup.Slots * setup.Permits];
        Line = new int[setup.Callers.Length];
        var callers = setup.Callers.Length;
        _keeper = setup.Keeper.Length > 0 ? new Agent(callers) { At = At.K1 } : null;
        _twin = setup.DoubleReleases ? new Agent(callers + 1) : null;
        Agents = [.. Enumerable.Range(0, callers).Select(number => new Agent(number)), .. new[] { _keeper, _twin }.OfType<Agent>()];
        _requirements = new LineRequirements(this);
    }

    public override int Actors => Agents.Length;

    public override bool IsAtRest => Array.TrueForAll(Agents, agent => agent.At is At.A1 or At.Waits or At.Holds or At.Done or At.K1);

    public override IReadOnlyList<Requirement> Requirements => ChecksStates ? _requirements.All : [];

    public bool ChecksStates { get; init; } = true;

    public LineSetup Setup => _setup;

    public Word[] Words { get; }

    /// <summary>The count that is read without the lock.</summary>
    public int Waiters;

    /// <summary>The slot the exclusive waiter at a head has reserved is marked in its word; this is who. 0: nobody.</summary>
    public int ReservedFor;

    /// <summary>Who waits, in the order they joined.</summary>
    public int[] Line { get; }

    public int LineLength;

    /// <summary>Only to check: which session is in the slot, whatever its word says.</summary>
    public int[] Session { get; }

    public Agent[] Agents { get; }

    public IEnumerable<Agent> Callers => Agents.Take(_setup.Callers.Length);

    public override string? Step(int actor, int choice)
    {
        var me = Agents[actor];
        return me == _keeper ? Keep(me, choice) : me == _twin ? ReleaseAgain(me, choice) : Call(me, choice);
    }

    public override void Layout(Codec codec)
    {
        for (var slot = 0; slot < Words.Length; slot++)
        {
            Words[slot] = new Word(codec.Field(Words[slot].Value, Word.Bits));
            codec.Field(ref Session[slot], 2);
        }

        codec.Field(ref Waiters, 3);
        codec.Field(ref _lock, 3);
        codec.Field(ref _turn, 1);
        codec.Field(ref ReservedFor, 3);
        codec.Field(ref LineLength, 3);
        for (var place = 0; place < Line.Length; place++)
        {
            codec.Field(ref Line[place], 3);
        }

        for (var cell = 0; _setup.DoubleReleases && cell < _version.Length; cell++)
        {
            codec.Field(ref _version[cell], 3);
        }

        foreach (var agent in Agents)
        {
            agent.Layout(codec);
            if (_setup.DoubleReleases)
            {
                codec.Field(ref agent.LeaseVersion, 3);
            }
        }
    }

    public override string NameOf(int actor) => Agents[actor] == _keeper ? "keeper" : Agents[actor] == _twin ? "second releaser" : $"caller {actor + 1}";

    public override string Picture() =>
        $"{string.Join(' ', Words)} waiters={Waiters} line=({string.Join(' ', Line.Take(LineLength).Select(number => number + 1))})";

    /// <summary>Whether the slot has what the caller wants, for it.</summary>
    public bool CanTake(Word word, Want want, bool mayTakeReserved) =>
        word.State == SlotState.Ready && (!word.IsReserved || mayTakeReserved) && (want == Want.Exclusive ? word.Permits == 0 : word.Permits != _all);

    /// <returns>The user's first waiter; null when none of theirs waits.</returns>
    public Agent? HeadOf(int user)
    {
        for (var place = 0; place < LineLength; place++)
        {
            if (_setup.Callers[Line[place]].User == user)
            {
                return Agents[Line[place]];
            }
        }

        return null;
    }

    public Want WantOf(Agent caller) => _setup.Callers[caller.Number].Wants[caller.Request];

    public bool IsInLine(Agent caller) => Array.IndexOf(Line, caller.Number, 0, LineLength) >= 0;

    /// <summary>
    /// Whether a reservation is no obstacle to this head: its own, or that of somebody whose turn comes later. A reservation keeps out
    /// newcomers and those behind it. If it kept out everybody, exclusive waiters of one user could pass a slot on among themselves for ever.
    /// </summary>
    public bool MayTakeReserved(Agent head) =>
        ReservedFor == head.Number + 1
        || (ReservedFor != 0 && TurnOf(head) < TurnOf(Agents[ReservedFor - 1]) && !Has(Fault.ReservationBeatsTheTurn));

    private int TurnOf(Agent caller) => (_setup.Callers[caller.Number].User - _turn + _setup.Users) % _setup.Users;

    private bool Has(Fault fault) => _setup.Fault == fault;

    private int PermitsFor(Want want, Word word) => want == Want.Exclusive ? _all : ~word.Permits & -~word.Permits & _all;

    private bool TryLock(Agent me)
    {
        if (_lock != 0)
        {
            return false;
        }

        _lock = me.Number + 1;
        return true;
    }
}
