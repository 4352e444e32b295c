using EdgeGateway.Tests.RealUpstreams;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>Measured numbers, one line each in artifacts/figures.txt: CI prints them, whether or not they gate.</summary>
internal static class Figures
{
    private static readonly Lock Turn = new();

    public static void Write(string what, string value)
    {
        var file = Path.Combine(Repository.Root, "artifacts", "figures.txt");
        lock (Turn)
        {
            File.AppendAllText(file, $"{what}: {value}\n");
        }

        Xunit.TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {value}");
    }
}
