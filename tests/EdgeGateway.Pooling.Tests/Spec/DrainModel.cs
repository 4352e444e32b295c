namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>
/// Drain, resume and reset (pool.md section 5) over the line. Slots have one permit; what <see cref="LineModel"/> has shown already, that
/// a read and a compare-exchange repeated until one of them decides are one take, is one step here.
/// </summary>
internal sealed partial class DrainModel : Model
{
    private readonly DrainSetup _setup;
    private readonly Party[] _clients;
    private readonly Party[] _operators;
    private readonly Party[] _openers;
    private readonly Party _timer;
    private readonly int[] _line;
    private int _lineLength;
    private int _waiters;
    private int _lock;

    /// <summary>Which drain runs or ran last, and the drains whose deadline has yet to come.</summary>
    private int _drain;
    private int _armed;

    private int _generation;

    public DrainModel(DrainSetup setup)
    {
        _setup = setup;
        _clients = [.. setup.Clients.Select((_, number) => new Party(number + 1, Do.A1))];
        _operators = [.. setup.Operators.Select((_, number) => new Party(_clients.Length + number + 1, Do.D1))];
        _openers = [.. Enumerable.Range(0, setup.Slots).Select(slot => new Party(_clients.Length + _operators.Length + slot + 1, Do.O1) { Slot = slot })];
        _timer = new Party(_clients.Length + _operators.Length + _openers.Length + 1, Do.D1);
        _line = new int[_clients.Length];
        Words = [.. Enumerable.Range(0, setup.Slots).Select(_ => Word.Of(SlotState.Ready))];
        GenerationOf = new int[setup.Slots];
        Session = new int[setup.Slots];
        Requirements = DrainRequirements.Of(this);
    }

    public override int Actors => _clients.Length + _operators.Length + _openers.Length + 1;

    /// <summary>A handshake may take for ever and a deadline is not near: neither counts as on its way.</summary>
    public override bool IsAtRest => Array.TrueForAll(_clients, me => me.At is Do.A1 or Do.Waits or Do.Holds or Do.Done)
        && Array.TrueForAll(_operators, me => me.At is Do.D1 or Do.Done) && Array.TrueForAll(_openers, me => me.At is Do.O1 or Do.Handshake) && _timer.At == Do.D1;

    public override IReadOnlyList<Requirement> Requirements { get; }

    public DrainSetup Setup => _setup;

    public IReadOnlyList<Party> Clients => _clients;

    public Word[] Words { get; }

    /// <summary>The pool's generation that the session in the slot was opened for.</summary>
    public int[] GenerationOf { get; }

    /// <summary>Only to check: which session is in the slot, whatever its word says.</summary>
    public int[] Session { get; }

    public Phase Phase { get; private set; }

    public int LineLength => _lineLength;

    public int Waiters => _waiters;

    /// <summary>Only to check: what a caller who begins now has been told, and what went wrong.</summary>
    public bool DrainIsKnown;
    public int GenerationKnown;
    public bool GrantedInDrain;
    public bool GrantedOld;
    public bool DrainedTwice;
    public bool CutEarly;
    public bool HasRefused;

    public override string? Step(int actor, int choice)
    {
        if (choice != 0)
        {
            return null;
        }

        if (actor < _clients.Length)
        {
            return Call(_clients[actor]);
        }

        actor -= _clients.Length;
        if (actor < _operators.Length)
        {
            return Operate(_operators[actor]);
        }

        actor -= _operators.Length;
        return actor < _openers.Length ? Open(_openers[actor]) : Expire(_timer);
    }

    public override void Layout(Codec codec)
    {
        Phase = (Phase)codec.Field((int)Phase, 2);
        codec.Field(ref _lock, 4);
        codec.Field(ref _drain, 2);
        codec.Field(ref _armed, 4);
        codec.Field(ref _generation, 2);
        codec.Field(ref _waiters, 2);
        codec.Field(ref _lineLength, 2);
        codec.Field(ref GenerationKnown, 2);
        Flag(codec, ref DrainIsKnown);
        Flag(codec, ref GrantedInDrain);
        Flag(codec, ref GrantedOld);
        Flag(codec, ref DrainedTwice);
        Flag(codec, ref CutEarly);
        Flag(codec, ref HasRefused);
        for (var place = 0; place < _line.Length; place++)
        {
            codec.Field(ref _line[place], 2);
        }

        for (var slot = 0; slot < Words.Length; slot++)
        {
            Words[slot] = new Word(codec.Field(Words[slot].Value, Word.Bits));
            codec.Field(ref GenerationOf[slot], 2);
            codec.Field(ref Session[slot], 3);
        }

        foreach (var party in _clients)
        {
            party.Layout(codec);
        }

        foreach (var party in _operators)
        {
            party.Layout(codec);
        }

        foreach (var party in _openers)
        {
            party.Layout(codec);
        }

        _timer.Layout(codec);
    }

    public override string NameOf(int actor) =>
        actor < _clients.Length ? $"caller {actor + 1}"
        : (actor -= _clients.Length) < _operators.Length ? $"operator {actor + 1}"
        : (actor -= _operators.Length) < _openers.Length ? $"opener {actor + 1}" : "deadline";

    public override string Picture() =>
        $"{Phase.ToString().ToLowerInvariant()} {string.Join(' ', Words)} waiters={_waiters} line=({string.Join(' ', _line.Take(_lineLength).Select(number => number + 1))})";

    private bool Has(Fault fault) => _setup.Fault == fault;

    private bool TryLock(Party me)
    {
        if (_lock != 0)
        {
            return false;
        }

        _lock = me.Id;
        return true;
    }

    private static void Flag(Codec codec, ref bool flag) => flag = codec.Field(flag ? 1 : 0, 1) != 0;

    private static string Go(Party me, Do next, string step)
    {
        me.At = next;
        return step;
    }
}
