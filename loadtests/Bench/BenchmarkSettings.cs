namespace EdgeGateway.LoadTests.Bench;

/// <summary>What the command line asks for.</summary>
/// <param name="Rounds">How often each arm runs; a median of fewer than 5 says little.</param>
/// <param name="During">How long one arm runs in one round.</param>
/// <param name="Strategies">Pool strategies to go through, where a benchmark can; empty: the benchmark's own choice.</param>
/// <param name="IsShort">Whether benchmarks should leave out what takes long: for a build server.</param>
/// <param name="Soak">How long to soak; null: do not.</param>
internal sealed record BenchmarkSettings(int Rounds, TimeSpan During, IReadOnlyList<string> Strategies, bool IsShort, TimeSpan? Soak = null)
{
    public static readonly IReadOnlyList<string> AllStrategies = ["round_robin", "least_connections", "sticky", "weighted", "none"];

    public const double SoakMinutesByDefault = 30;
    public const int RoundsByDefault = 5;
    public const int RoundsShort = 3;
    public const double SecondsByDefault = 5;
    public const double SecondsShort = 1;

    /// <summary>A fifth of the time, a second at least: connections, pools and compiled code are then as they stay.</summary>
    public TimeSpan WarmUp => TimeSpan.FromSeconds(Math.Max(IsShort ? 0.5 : 1, During.TotalSeconds / 5));
}
