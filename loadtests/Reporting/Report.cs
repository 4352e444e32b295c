using EdgeGateway.LoadTests.Bench;
using EdgeGateway.LoadTests.Model;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>What one run of a benchmark showed: the whole content of <c>results/NAME.json</c>, from which everything else is rendered.</summary>
internal sealed record Report
{
    public required string Scenario { get; init; }

    public required string Question { get; init; }

    public required string Constraints { get; init; }

    /// <summary>Repeats it.</summary>
    public required string Command { get; init; }

    public required DateTimeOffset Date { get; init; }

    /// <summary>Of the sources, abbreviated.</summary>
    public required string Commit { get; init; }

    public required string Machine { get; init; }

    /// <summary>What made the load.</summary>
    public required string Engine { get; init; }

    public required int Rounds { get; init; }

    public required IReadOnlyList<Section> Sections { get; init; }
}

/// <summary>One comparison, or whatever else a benchmark has to show.</summary>
internal sealed record Section
{
    public required string Title { get; init; }

    public required Table Table { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Thresholds that did not hold, with the arm.</summary>
    public IReadOnlyList<string> FailedThresholds { get; init; } = [];

    public IReadOnlyList<Curve> Curves { get; init; } = [];

    public IReadOnlyList<ServedCurve> Served { get; init; } = [];

    /// <summary>A figure over the time of the run; null where there is none.</summary>
    public Timeline? Timeline { get; init; }
}

/// <summary>Cells with a head; the first column is text, the others are figures.</summary>
internal sealed record Table(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>How something stands to a target.</summary>
internal sealed record Finding
{
    public required string Text { get; init; }

    /// <summary>What was measured, mostly a ratio; null if it was not.</summary>
    public Spread? Ratio { get; init; }

    /// <summary>Follows the figure: × of a ratio, or another unit.</summary>
    public string Unit { get; init; } = "×";

    public double? Goal { get; init; }

    public bool IsMet { get; init; }

    /// <summary>Whether it stays within the wide margin that noise does not leave. What was not measured does.</summary>
    public bool IsWithinGate { get; init; } = true;

    public string? WhyNotRun { get; init; }

    /// <summary>What must not exceed a figure.</summary>
    /// <param name="text">What was measured.</param>
    /// <param name="measured">Over the rounds.</param>
    /// <param name="unit">Follows the figure, with a space before it.</param>
    /// <param name="goal">At most.</param>
    /// <param name="gate">Above it a build fails; null if noise alone could do that.</param>
    public static Finding AtMost(string text, Spread measured, string unit, double goal, double? gate = null) => new()
    {
        Text = $"{text} ≤ {goal:0.##}{unit}{(gate is { } limit ? $" (gate {limit:0.##}{unit})" : "")}",
        Ratio = measured,
        Unit = unit,
        Goal = goal,
        IsMet = measured.Median <= goal,
        IsWithinGate = gate is null || measured.Median <= gate,
    };

    public static Finding NotRun(string text, string reason) => new() { Text = text, WhyNotRun = reason };
}

/// <summary>An arm's latency by percentile, from the round with the median p99.</summary>
internal sealed record Curve(string Arm, IReadOnlyList<CurvePoint> Points);

/// <summary>A burst's calls as they were served: the milliseconds after which the first answer was there, the second, and so on.</summary>
internal sealed record ServedCurve(string Arm, IReadOnlyList<double> Milliseconds);

/// <summary>A figure over time.</summary>
/// <param name="Unit">What it is: "MB resident".</param>
/// <param name="Points">In order.</param>
internal sealed record Timeline(string Unit, IReadOnlyList<TimelinePoint> Points);

/// <summary>One reading, so many seconds after the beginning.</summary>
internal readonly record struct TimelinePoint(double Seconds, double Value);
