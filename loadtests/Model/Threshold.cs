namespace EdgeGateway.LoadTests.Model;

/// <summary>What must hold for the result of a run, whatever the machine.</summary>
/// <param name="Text">For people: "no call fails".</param>
/// <param name="Holds">Whether it does.</param>
internal sealed record Threshold(string Text, Func<LoadResult, bool> Holds)
{
    public static Threshold NothingFails { get; } = new("no call fails", result => result is { Failed: 0, Ok: > 0 });

    /// <param name="share">0 to 1.</param>
    public static Threshold FailuresAtMost(double share) =>
        new($"at most {share:0.##%} of the calls fail", result => result.Failed <= share * (result.Ok + result.Failed));
}
