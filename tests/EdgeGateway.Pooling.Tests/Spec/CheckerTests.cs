namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>The checker itself: what it must find in a model small enough to count by hand.</summary>
public sealed class CheckerTests
{
    [Fact]
    public void It_finds_the_lost_update_of_two_counters_by_a_shortest_path()
    {
        var checker = new Checker(new Counting(isAtomic: false)).Run();

        Assert.Equal("both are counted", checker.Broken);
        Assert.Equal(4, checker.Counterexample.Count(letter => letter == '\n'));
    }

    [Fact]
    public void It_visits_each_state_once_and_finds_nothing_where_nothing_is_wrong()
    {
        var checker = new Checker(new Counting(isAtomic: true)).Run();

        // Nobody, either one, both: two ways there.
        Assert.Equal((null, 4, 4, 1), (checker.Broken, checker.States, checker.Steps, checker.Ends));
    }

    [Fact]
    public void A_value_that_does_not_fit_its_field_is_an_error_and_not_another_state() =>
        Assert.Throws<InvalidOperationException>(() => new Codec().Write(new Counting(isAtomic: true) { Count = 4 }));

    [Fact]
    public void A_cycle_in_which_somebody_is_held_up_for_ever_is_not_fair()
    {
        var model = new Blinking();
        var checker = new Checker(model).Run();

        Assert.Null(new FairCycles(checker, () => !model.IsStopped, owes: _ => true).Find());
        Assert.NotNull(new FairCycles(checker, () => !model.IsStopped, owes: actor => actor == 0).Find());
    }

    /// <summary>Two actors add one to a count: at once, or by reading and writing.</summary>
    private sealed class Counting(bool isAtomic) : Model
    {
        private readonly int[] _at = new int[2];
        private readonly int[] _read = new int[2];

        public int Count;

        public override int Actors => 2;

        public override bool IsAtRest => true;

        public override IReadOnlyList<Requirement> Requirements => [new("both are counted", When.AtTheEnd, () => Count == 2)];

        public override string? Step(int actor, int choice)
        {
            if (choice != 0 || _at[actor] == 2)
            {
                return null;
            }

            if (_at[actor]++ == 0 && !isAtomic)
            {
                _read[actor] = Count;
                return "read";
            }

            Count = (isAtomic ? Count : _read[actor]) + 1;
            (_at[actor], _read[actor]) = (2, 0);
            return "write";
        }

        public override void Layout(Codec codec)
        {
            codec.Field(ref Count, 2);
            for (var actor = 0; actor < 2; actor++)
            {
                codec.Field(ref _at[actor], 2);
                codec.Field(ref _read[actor], 2);
            }
        }

        public override string NameOf(int actor) => $"{actor}";

        public override string Picture() => $"{Count}";
    }

    /// <summary>One actor switches a light on and off for ever; the other may stop it, but only while the light is on.</summary>
    private sealed class Blinking : Model
    {
        private int _light;
        private int _stopped;

        public bool IsStopped => _stopped != 0;

        public override int Actors => 2;

        public override bool IsAtRest => false;

        public override IReadOnlyList<Requirement> Requirements => [];

        public override string? Step(int actor, int choice)
        {
            if (choice != 0 || _stopped != 0 || (actor == 1 && _light == 0))
            {
                return null;
            }

            (_light, _stopped) = actor == 0 ? (1 - _light, 0) : (_light, 1);
            return actor == 0 ? "switch" : "stop";
        }

        public override void Layout(Codec codec)
        {
            codec.Field(ref _light, 1);
            codec.Field(ref _stopped, 1);
        }

        public override string NameOf(int actor) => $"{actor}";

        public override string Picture() => $"{_light}";
    }
}
