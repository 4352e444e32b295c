using EdgeGateway.Pooling.Strategies;
using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>The property of each strategy, pool.md section 3.</summary>
public sealed class PlacementTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 4)]
    [InlineData(17, 10)]
    [InlineData(100, 2)]
    public void Round_robin_gives_every_slot_its_turn(int slots, int rounds)
    {
        var counts = new Rig(PlacementKind.RoundRobin, slots).Count(slots * rounds);

        Assert.All(Enumerable.Range(0, slots), slot => Assert.Equal(rounds, counts[slot]));
    }

    [Fact]
    public void After_a_slot_failed_no_neighbour_of_it_gets_a_double_share()
    {
        var rig = new Rig(PlacementKind.RoundRobin, 5);
        rig.Count(7);
        rig.Remove(2);

        var counts = rig.Count(400);

        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.Equal(100, count));
    }

    [Fact]
    public void Round_robin_passes_over_who_is_full_and_gives_the_next_no_double_share()
    {
        var rig = new Rig(PlacementKind.RoundRobin, 4, permits: 1);
        Assert.Equal([0, 1], [rig.Take(), rig.Take()]);
        rig.Release(0);

        var picks = Enumerable.Range(0, 6).Select(_ => rig.Call()).ToArray();

        Assert.Equal([2, 3, 0, 2, 3, 0], picks);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    [InlineData(32)]
    public void Least_connections_keeps_the_slots_within_one_of_each_other(int slots)
    {
        var rig = new Rig(PlacementKind.LeastConnections, slots);
        for (var i = 0; i < slots * 5; i++)
        {
            rig.Take();
            Assert.True(rig.InFlight.Max() - rig.InFlight.Min() <= 1);
        }
    }

    [Fact]
    public void Least_connections_spreads_the_work_of_an_idle_pool()
    {
        var counts = new Rig(PlacementKind.LeastConnections, 10).Count(30_000);

        Assert.True(counts.Values.Max() <= 1.05 * counts.Values.Min());
    }

    [Fact]
    public void Above_32_slots_least_connections_takes_the_better_of_two()
    {
        var rig = new Rig(PlacementKind.LeastConnections, 100);
        for (var i = 0; i < 1_000; i++)
        {
            rig.Take();
        }

        // One random choice would give about 10 ± 10; two choices stay within ln ln n of the mean.
        Assert.True(rig.InFlight.Max() <= 14);
    }

    [Fact]
    public void Above_32_slots_least_connections_finds_the_last_that_has_room()
    {
        var rig = new Rig(PlacementKind.LeastConnections, 40, permits: 1);

        var taken = Enumerable.Range(0, 40).Select(_ => rig.Take()).ToArray();

        Assert.Equal(40, taken.Distinct().Count());
        Assert.Equal(-1, rig.Take());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(12)]
    public void Removing_a_slot_moves_exactly_the_keys_it_owned(int slots)
    {
        var rig = new Rig(PlacementKind.Sticky, slots);
        var before = Enumerable.Range(0, 2_000).Select(i => rig.Call($"key{i}")).ToArray();
        rig.Remove(1);

        var after = Enumerable.Range(0, 2_000).Select(i => rig.Call($"key{i}")).ToArray();

        Assert.Contains(1, before);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.First == 1));
    }

    [Fact]
    public void A_key_sticks_to_its_slot_and_keys_spread_evenly()
    {
        var rig = new Rig(PlacementKind.Sticky, 8);
        var counts = new int[8];
        for (var i = 0; i < 8_000; i++)
        {
            var picked = rig.Call($"key{i}");
            Assert.Equal(picked, rig.Call($"key{i}"));
            counts[picked]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void With_bounded_load_no_slot_exceeds_a_quarter_above_the_mean()
    {
        var random = new Random(7);
        var rig = new Rig(PlacementKind.Sticky, 6);
        for (var m = 0; m < 120; m++)
        {
            // A few hot keys: unbounded, they would all sit on their home.
            Assert.True(rig.Take($"hot{random.Next(3)}") >= 0);
            Assert.True(rig.InFlight.Max() <= (int)Math.Ceiling(1.25 * (m + 1) / 6));
        }
    }

    [Fact]
    public void A_key_whose_slot_has_no_room_waits_for_it()
    {
        var rig = new Rig(PlacementKind.Sticky, 2, permits: 1);
        for (var i = 0; i < 100; i++)
        {
            var home = rig.Take($"key{i}");
            Assert.True(home >= 0);

            // The bound would let its home take a second, so it is still its home: full, and waited for.
            Assert.Equal(-1, rig.Take($"key{i}"));
            rig.Release(home);
        }
    }

    [Fact]
    public void Five_one_one_gives_a_a_b_a_c_a_a()
    {
        var rig = new Rig(PlacementKind.Weighted, [0, 1, 2], weights: [5, 1, 1]);

        var picks = Enumerable.Range(0, 14).Select(_ => rig.Call());

        Assert.Equal("aabacaaaabacaa", string.Concat(picks.Select(endpoint => (char)('a' + endpoint))));
    }

    [Theory]
    [InlineData(new[] { 5, 1, 1 })]
    [InlineData(new[] { 3, 3, 2, 7 })]
    [InlineData(new[] { 1, 1 })]
    [InlineData(new[] { 10, 1 })]
    [InlineData(new[] { 40, 20, 10 })]
    public void Every_window_of_the_total_weight_serves_each_endpoint_by_its_weight(int[] weights)
    {
        var total = weights.Sum();
        var rig = new Rig(PlacementKind.Weighted, [.. Enumerable.Range(0, weights.Length)], weights: weights);
        var picks = Enumerable.Range(0, total * 6).Select(_ => rig.Call()).ToArray();

        for (var start = 0; start + total <= picks.Length; start++)
        {
            var window = picks.Skip(start).Take(total).ToArray();
            Assert.All(weights.Index(), w => Assert.Equal(w.Item, window.Count(endpoint => endpoint == w.Index)));
        }

        for (var k = 1; k <= picks.Length; k++)
        {
            var soFar = picks.Take(k).ToArray();
            Assert.All(weights.Index(), w => Assert.True(Math.Abs(soFar.Count(e => e == w.Index) - ((double)k * w.Item / total)) <= 1.1));
        }
    }

    [Fact]
    public void Weights_that_would_make_a_round_too_long_are_rounded_and_nobody_is_left_out()
    {
        var rig = new Rig(PlacementKind.Weighted, [0, 1, 2], weights: [9_999, 5_003, 1]);

        var counts = rig.Count(30_000);

        Assert.InRange(counts[0] / (double)counts[1], 1.99, 2.01);
        Assert.InRange(counts[2], 1, 20);
    }

    [Fact]
    public void The_slots_of_an_endpoint_take_turns_and_an_endpoint_that_is_away_gets_nothing()
    {
        var rig = new Rig(PlacementKind.Weighted, [0, 1, 0, 1, 1], weights: [1, 3]);
        Assert.Equal([30, 60, 30, 60, 60], rig.Count(240).OrderBy(pair => pair.Key).Select(pair => pair.Value));

        rig.Remove(1, 3, 4);

        Assert.Equal([50, 50], rig.Count(100).OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    [Fact]
    public void A_full_endpoint_is_passed_over_and_the_others_keep_their_turns()
    {
        var rig = new Rig(PlacementKind.Weighted, [0, 1, 2], permits: 1, weights: [5, 1, 1]);
        Assert.Equal(0, rig.Take());

        var picks = Enumerable.Range(0, 8).Select(_ => rig.Call()).ToArray();

        Assert.All(picks, pick => Assert.NotEqual(0, pick));
        Assert.Contains(1, picks);
        Assert.Contains(2, picks);
    }

    [Fact]
    public void Continuity_goes_back_to_the_session_used_last_that_is_free()
    {
        var rig = new Rig(PlacementKind.MostRecent, [0, 0, 0], isShared: false);
        var first = rig.Take(mode: LeaseMode.Exclusive);
        var second = rig.Take(mode: LeaseMode.Exclusive);
        rig.Release(second);
        rig.Release(first);

        Assert.Equal(second, rig.Take(mode: LeaseMode.Exclusive));
        Assert.Equal(first, rig.Take(mode: LeaseMode.Exclusive));
    }
}
