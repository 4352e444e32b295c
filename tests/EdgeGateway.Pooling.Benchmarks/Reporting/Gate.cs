namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>For a build server: only what cannot be noise ends with 1.</summary>
internal static class Gate
{
    public static int Decide(IReadOnlyList<Verdict> verdicts)
    {
        string[] failures = [.. verdicts.SelectMany(verdict => verdict.Failures)];
        foreach (var failure in failures)
        {
            Console.Error.WriteLine($"gate: {failure}");
        }

        Console.Error.WriteLine(failures.Length == 0 ? "gate: open" : $"gate: closed, {failures.Length} of the targets are missed by far");
        return failures.Length == 0 ? 0 : 1;
    }
}
