using System.Globalization;

namespace EdgeGateway.Mcp.Tests;

/// <summary>
/// One check per generated input, an input per seed, on all cores. MCP_FUZZ_INPUTS says how many (CI runs the default, a release
/// 10 million); MCP_FUZZ_SEED where the seeds begin, so that a run can be repeated.
/// </summary>
internal static class FuzzRun
{
    public static void ForEachSeed(string what, int inputs, Action<int> check)
    {
        var count = Number("MCP_FUZZ_INPUTS") ?? inputs;
        var first = Number("MCP_FUZZ_SEED") ?? Random.Shared.Next();
        var began = TimeProvider.System.GetTimestamp();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, offset =>
        {
            var seed = unchecked(first + offset);
            try
            {
                check(seed);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.IAssertionException)
            {
                throw new InvalidOperationException($"seed {seed}", exception);
            }
        });
        var took = TimeProvider.System.GetElapsedTime(began);
        Report($"{what}: {count} inputs agree, seeds {first} to {unchecked(first + count - 1)}, {took.TotalSeconds:F0} s");
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    /// <summary>Into the test's output, which shows when it fails; a long run asks for it on the console too.</summary>
    private static void Report(string line)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Number("MCP_FUZZ_INPUTS") is not null)
            Console.WriteLine(line);
    }
}
