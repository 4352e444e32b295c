namespace EdgeGateway.Pooling.Tests.Spec;

internal enum Errand
{
    Lease,
    Bind,
}

/// <param name="Principal">1 or 2.</param>
/// <param name="Errands">What it asks for, one after the other. Who gets nothing goes on: waiting is <see cref="LineModel"/>'s.</param>
internal sealed record Person(int Principal, params Errand[] Errands);

/// <param name="Tasks">How many things maintenance does to each slot, whichever it pleases.</param>
internal sealed record SlotLifeSetup(string Name, int Slots, int Tasks, params Person[] People)
{
    /// <summary>A check that reaches fewer states has not checked it.</summary>
    public int AtLeast { get; init; }

    public Fault Fault { get; init; }

    public override string ToString() => Name;
}

/// <summary>
/// The life of the session in a slot: empty → opening → fresh → ready (of one partition) ⇄ suspended → draining → empty, one generation
/// on; bound: out of the ring, until it returns to its partition or is closed. The partition lies beside the word: two reads.
/// </summary>
internal sealed partial class SlotLifeModel : Model
{
    private const int Permits = 3;
    private readonly SlotLifeSetup _setup;
    private readonly Place[] _places;
    private readonly Resident[] _residents;
    private readonly Keeper[] _keepers;
    private int _lock;

    /// <summary>Only to check: a slot went another way than the arrows.</summary>
    private bool _isAstray;

    public SlotLifeModel(SlotLifeSetup setup)
    {
        _setup = setup;
        _places = [.. Enumerable.Range(0, setup.Slots).Select(_ => new Place())];
        _residents = [.. setup.People.Select((person, number) => new Resident(person, number + 1))];
        _keepers = [.. _places.Select((place, slot) => new Keeper(place, setup.People.Length + slot + 1))];
        Requirements = SlotLifeRequirements.Of(this);
    }

    public override int Actors => _residents.Length + _keepers.Length;

    public override bool IsAtRest =>
        Array.TrueForAll(_residents, me => me.At is Live.Begin or Live.Holds or Live.Bound or Live.Done) && Array.TrueForAll(_keepers, me => !me.IsFreshening);

    public override IReadOnlyList<Requirement> Requirements { get; }

    public IReadOnlyList<Place> Places => _places;

    public IReadOnlyList<Resident> Residents => _residents;

    public bool IsAstray => _isAstray;

    public override string? Step(int actor, int choice) =>
        actor < _residents.Length ? Act(_residents[actor], choice) : Keep(_keepers[actor - _residents.Length], choice);

    public override void Layout(Codec codec)
    {
        codec.Field(ref _lock, 3);
        _isAstray = codec.Field(_isAstray ? 1 : 0, 1) != 0;
        foreach (var place in _places)
        {
            place.Layout(codec);
        }

        foreach (var resident in _residents)
        {
            resident.Layout(codec);
        }

        foreach (var keeper in _keepers)
        {
            codec.Field(ref keeper.Done, 3);
            keeper.IsFreshening = codec.Field(keeper.IsFreshening ? 1 : 0, 1) != 0;
        }
    }

    public override string NameOf(int actor) =>
        actor < _residents.Length ? $"caller {actor + 1} of {_residents[actor].Principal}" : $"keeper of {actor - _residents.Length + 1}";

    public override string Picture() => string.Join(' ', _places.Select(place => $"{place.Word} of {place.Partition}"));

    private bool Has(Fault fault) => _setup.Fault == fault;

    private bool TryLock(int who)
    {
        if (_lock != 0)
        {
            return false;
        }

        _lock = who;
        return true;
    }

    /// <summary>The slot's word changes its state. Its permits stay, and change only where they may.</summary>
    private void Move(Place place, SlotState to)
    {
        _isAstray |= (place.Word.State, to) is not (
            (SlotState.Empty, SlotState.Opening)
            or (SlotState.Opening, SlotState.Fresh)
            or (SlotState.Fresh, SlotState.Ready or SlotState.Bound or SlotState.Suspended or SlotState.Empty)
            or (SlotState.Ready, SlotState.Bound or SlotState.Suspended or SlotState.Draining or SlotState.Empty)
            or (SlotState.Suspended, SlotState.Fresh or SlotState.Ready or SlotState.Draining or SlotState.Empty)
            or (SlotState.Draining, SlotState.Empty)
            or (SlotState.Bound, SlotState.Ready or SlotState.Empty));
        place.Word = place.Word.In(to);
    }

    private void Close(Place place)
    {
        Move(place, SlotState.Empty);
        place.Word = Word.Of(SlotState.Empty, place.Word.Generation + (Has(Fault.CloseKeepsTheGeneration) ? 0 : 1));
        place.Session++;
        (place.Settled, place.Served, place.BoundTo) = (0, 0, 0);
    }
}
