using EdgeGateway.LoadTests.Bench;

namespace EdgeGateway.LoadTests.Tests.Bench;

public sealed class SharesTests
{
    private static readonly int[] Weights = [5, 1, 1];

    /// <summary>nginx's order for {5,1,1}: a a b a c a a.</summary>
    private static readonly int[] Smooth = [0, 0, 1, 0, 2, 0, 0];

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_smooth_order_stays_within_the_claim_wherever_it_is_come_upon(int first)
    {
        var order = Repeat(Smooth, 100).Skip(first).ToList();

        Assert.InRange(Shares.LargestDeviation(order, Weights), 0.5, 1.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void The_smooth_order_is_known_wherever_it_is_come_upon_and_a_lumpy_one_is_not_it(int first)
    {
        Assert.Equal(0, Shares.CallsOutOfOrder([.. Repeat(Smooth, 100).Skip(first)], Smooth));
        Assert.True(Shares.CallsOutOfOrder([.. Repeat([0, 0, 0, 0, 0, 1, 2], 100).Skip(first)], Smooth) > 100);
    }

    [Fact]
    public void Each_call_that_goes_elsewhere_is_out_of_order()
    {
        var order = Repeat(Smooth, 100);
        order[50] = order[50] == 0 ? 1 : 0;

        Assert.Equal(1, Shares.CallsOutOfOrder(order, Smooth));
    }

    [Fact]
    public void A_turn_too_many_in_each_round_adds_up()
    {
        Assert.True(Shares.LargestDeviation(Repeat([0, 1, 2], 100), Weights) > 50);
    }

    [Fact]
    public void Counts_in_proportion_do_not_deviate_and_the_smallest_share_shows_most()
    {
        Assert.Equal(0, Shares.LargestRelativeDeviation([500, 100, 100], Weights), 6);
        Assert.Equal(0.1, Shares.LargestRelativeDeviation([490, 100, 110], Weights), 6);
    }

    private static List<int> Repeat(int[] round, int times) => [.. Enumerable.Repeat(round, times).SelectMany(turn => turn)];
}
