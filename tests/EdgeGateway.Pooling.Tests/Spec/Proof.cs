using System.Diagnostics;

namespace EdgeGateway.Pooling.Tests.Spec;

/// <summary>Runs a check and says what it saw.</summary>
internal static class Proof
{
    /// <summary>Larger worlds, for minutes and gigabytes: POOL_SPEC_DEEP=1.</summary>
    public static bool IsDeep { get; } = Environment.GetEnvironmentVariable("POOL_SPEC_DEEP") == "1";

    public static void Holds(Model model, string name, int atLeast)
    {
        var clock = Stopwatch.StartNew();
        var checker = new Checker(model).Run();
        Tell($"{name}: {checker}, {clock.ElapsedMilliseconds} ms");
        Assert.True(checker.Broken is null, $"{name}: broken is \"{checker.Broken}\", like this:\n{checker.Counterexample}");
        Assert.True(checker.States >= atLeast && checker.Rests > 0 && checker.Ends > 0, $"{name}: only {checker}");
    }

    public static void IsCaught(Fault fault, Model model, string requirement)
    {
        var checker = new Checker(model).Run();
        Tell($"{fault} → {checker.Broken}, in {checker.Counterexample.Count(letter => letter == '\n')} steps, after {checker.States} states");
        Assert.True(checker.Broken == requirement, $"{fault} should break \"{requirement}\", not \"{checker.Broken}\"\n{checker.Counterexample}");
    }

    public static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
