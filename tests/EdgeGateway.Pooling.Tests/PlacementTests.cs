using EdgeGateway.Pooling.Strategies;

namespace EdgeGateway.Pooling.Tests;

/// <summary>The property of each strategy, pool.md section 3.</summary>
public sealed class PlacementTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 4)]
    [InlineData(17, 10)]
    public void Round_robin_gives_every_slot_its_turn(int slots, int rounds)
    {
        var counts = Count(new RoundRobin(), Slots(slots), slots * rounds);

        Assert.All(Enumerable.Range(0, slots), slot => Assert.Equal(rounds, counts[slot]));
    }

    [Fact]
    public void After_a_slot_failed_no_neighbour_of_it_gets_a_double_share()
    {
        var placement = new RoundRobin();
        Count(placement, Slots(5), 7);
        var left = Slots(5).Where(candidate => candidate.Slot != 2).ToArray();

        var counts = Count(placement, left, 400);

        Assert.All(left, candidate => Assert.Equal(100, counts[candidate.Slot]));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(32)]
    public void Least_connections_keeps_the_slots_within_one_of_each_other(int slots)
    {
        var placement = new LeastConnections(new Random(1));
        var all = Slots(slots);
        for (var i = 0; i < slots * 5; i++)
        {
            var picked = placement.Pick(all, all, "", 32);
            all[picked] = all[picked] with { InFlight = all[picked].InFlight + 1 };
            Assert.True(all.Max(slot => slot.InFlight) - all.Min(slot => slot.InFlight) <= 1);
        }
    }

    [Fact]
    public void Least_connections_spreads_the_work_of_an_idle_pool()
    {
        var counts = Count(new LeastConnections(new Random(1)), Slots(10), 30_000);

        Assert.True(counts.Values.Max() <= 1.05 * counts.Values.Min());
    }

    [Fact]
    public void Above_32_slots_least_connections_takes_the_better_of_two()
    {
        var placement = new LeastConnections(new Random(1));
        var all = Slots(100);
        for (var i = 0; i < 1_000; i++)
        {
            var picked = placement.Pick(all, all, "", 32);
            all[picked] = all[picked] with { InFlight = all[picked].InFlight + 1 };
        }

        // One random choice would give about 10 ± 10; two choices stay within ln ln n of the mean.
        Assert.True(all.Max(slot => slot.InFlight) <= 14);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(12)]
    public void Removing_a_slot_moves_exactly_the_keys_it_owned(int slots)
    {
        var all = Slots(slots);
        var left = all.Where(candidate => candidate.Slot != 1).ToArray();
        var placement = new Sticky();
        for (var i = 0; i < 2_000; i++)
        {
            var before = all[placement.Pick(all, all, $"key{i}", 32)].Slot;
            var after = left[placement.Pick(left, left, $"key{i}", 32)].Slot;
            Assert.True(before == after || before == 1);
        }
    }

    [Fact]
    public void A_key_sticks_to_its_slot_and_keys_spread_evenly()
    {
        var all = Slots(8);
        var placement = new Sticky();
        var counts = new int[8];
        for (var i = 0; i < 8_000; i++)
        {
            var picked = placement.Pick(all, all, $"key{i}", 32);
            Assert.Equal(picked, placement.Pick(all, all, $"key{i}", 32));
            counts[picked]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void With_bounded_load_no_slot_exceeds_a_quarter_above_the_mean()
    {
        var random = new Random(7);
        var all = Slots(6);
        var placement = new Sticky();
        for (var m = 0; m < 120; m++)
        {
            // A few hot keys: unbounded, they would all sit on their home.
            var picked = placement.Pick(all, all, $"hot{random.Next(3)}", 100);
            Assert.True(picked >= 0);
            all[picked] = all[picked] with { InFlight = all[picked].InFlight + 1 };
            Assert.True(all.Max(slot => slot.InFlight) <= (int)Math.Ceiling(1.25 * (m + 1) / 6));
        }
    }

    [Fact]
    public void A_key_whose_slot_has_no_room_waits_for_it()
    {
        Candidate[] all = [new(0, 0, 1), new(1, 0, 1)];
        var placement = new Sticky();
        for (var i = 0; i < 100; i++)
        {
            var home = placement.Pick(all, all, $"key{i}", 1);
            Assert.Equal(-1, placement.Pick(all.AsSpan(1 - home, 1), all, $"key{i}", 1));
        }
    }

    [Fact]
    public void Five_one_one_gives_a_a_b_a_c_a_a()
    {
        var picks = Endpoints(new Weighted([5, 1, 1]), [0, 1, 2], 14);

        Assert.Equal("aabacaaaabacaa", string.Concat(picks.Select(endpoint => (char)('a' + endpoint))));
    }

    [Theory]
    [InlineData(new[] { 5, 1, 1 })]
    [InlineData(new[] { 3, 3, 2, 7 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new[] { 10, 1 })]
    public void Every_window_of_the_total_weight_serves_each_endpoint_by_its_weight(int[] weights)
    {
        var total = weights.Sum();
        var picks = Endpoints(new Weighted(weights), [.. Enumerable.Range(0, weights.Length)], total * 6);

        for (var start = 0; start + total <= picks.Count; start++)
        {
            var window = picks.Skip(start).Take(total).ToArray();
            Assert.All(weights.Index(), w => Assert.Equal(w.Item, window.Count(endpoint => endpoint == w.Index)));
        }

        for (var k = 1; k <= picks.Count; k++)
        {
            var soFar = picks.Take(k).ToArray();
            Assert.All(weights.Index(), w => Assert.True(Math.Abs(soFar.Count(e => e == w.Index) - ((double)k * w.Item / total)) <= 1.1));
        }
    }

    [Fact]
    public void The_slots_of_an_endpoint_take_turns_and_an_endpoint_that_is_away_gets_nothing()
    {
        Candidate[] all = [new(0, 0, 0), new(1, 1, 0), new(2, 0, 0), new(3, 1, 0), new(4, 1, 0)];
        var placement = new Weighted([1, 3]);
        var counts = Count(placement, all, 240);
        Assert.Equal([30, 60, 30, 60, 60], counts.OrderBy(pair => pair.Key).Select(pair => pair.Value));

        var away = all.Where(candidate => candidate.Endpoint == 0).ToArray();
        Assert.Equal([50, 50], Count(placement, away, 100).OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    private static Candidate[] Slots(int count) => [.. Enumerable.Range(0, count).Select(slot => new Candidate(slot, 0, 0))];

    private static Dictionary<int, int> Count(Placement placement, Candidate[] candidates, int picks)
    {
        var counts = candidates.ToDictionary(candidate => candidate.Slot, _ => 0);
        for (var i = 0; i < picks; i++)
        {
            counts[candidates[placement.Pick(candidates, candidates, "key", 32)].Slot]++;
        }

        return counts;
    }

    private static List<int> Endpoints(Weighted placement, int[] endpoints, int picks)
    {
        Candidate[] all = [.. endpoints.Select(endpoint => new Candidate(endpoint, endpoint, 0))];
        return [.. Enumerable.Range(0, picks).Select(_ => all[placement.Pick(all, all, "key", 32)].Endpoint)];
    }
}
