namespace EdgeGateway.LoadTests.Bench;

/// <summary>How far what endpoints got is from what their weights promise.</summary>
internal static class Shares
{
    /// <summary>
    /// The largest |count − k·w/W| over every endpoint and every k, for calls in the order they came. Where in its round the gateway stood at
    /// the first of them nobody knows: of the W beginnings the one that fits best counts.
    /// </summary>
    /// <param name="order">The endpoint of each call; more than W.</param>
    /// <param name="weights">Of the endpoints.</param>
    public static double LargestDeviation(IReadOnlyList<int> order, IReadOnlyList<int> weights) =>
        Enumerable.Range(0, weights.Sum()).Min(first => DeviationFrom(order, first, weights));

    /// <summary>Calls that went elsewhere than a round repeated again and again would have them, from whichever turn fits best.</summary>
    /// <param name="order">The endpoint of each call.</param>
    /// <param name="round">Endpoints in the order of their turns.</param>
    public static int CallsOutOfOrder(IReadOnlyList<int> order, IReadOnlyList<int> round) =>
        Enumerable.Range(0, round.Count).Min(first => order.Index().Count(call => call.Item != round[(first + call.Index) % round.Count]));

    /// <summary>The largest difference from its share that an endpoint has, as a part of that share.</summary>
    public static double LargestRelativeDeviation(IReadOnlyList<long> counts, IReadOnlyList<int> weights)
    {
        var (calls, total) = ((double)counts.Sum(), weights.Sum());
        return counts.Zip(weights, (count, weight) => Math.Abs((count * total / (calls * weight)) - 1)).Max();
    }

    private static double DeviationFrom(IReadOnlyList<int> order, int first, IReadOnlyList<int> weights)
    {
        var total = weights.Sum();
        var counts = new int[weights.Count];
        var largest = 0d;
        for (var k = 1; first + k <= order.Count; k++)
        {
            counts[order[first + k - 1]]++;
            for (var endpoint = 0; endpoint < counts.Length; endpoint++)
            {
                largest = Math.Max(largest, Math.Abs(counts[endpoint] - ((double)k * weights[endpoint] / total)));
            }
        }

        return largest;
    }
}
