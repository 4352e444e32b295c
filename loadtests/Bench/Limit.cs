using EdgeGateway.LoadTests.Reporting;

namespace EdgeGateway.LoadTests.Bench;

/// <summary>A figure of each round that must not be more than a claim says: a count, a share, a ratio made elsewhere. Its median is judged.</summary>
internal static class Limit
{
    /// <param name="text">What is limited.</param>
    /// <param name="values">One of each round.</param>
    /// <param name="goal">At most.</param>
    /// <param name="gate">More than this closes the gate; null if noise alone could do that.</param>
    /// <param name="unit">Follows the figure.</param>
    public static Finding AtMost(string text, IEnumerable<double> values, double goal, double? gate = null, string unit = "")
    {
        var spread = Spread.Of(values);
        return new Finding
        {
            Text = $"{text} ≤ {goal:0.###}{unit}{(gate is { } limit && limit != goal ? $" (gate {limit:0.###}{unit})" : "")}",
            Ratio = spread,
            Unit = unit,
            Goal = goal,
            IsMet = spread.Median <= goal,
            IsWithinGate = gate is not { } most || spread.Median <= most,
        };
    }
}
