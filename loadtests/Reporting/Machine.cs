using System.Runtime.InteropServices;

namespace EdgeGateway.LoadTests.Reporting;

/// <summary>What the figures were taken on. Nothing that names the machine.</summary>
internal static class Machine
{
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores ({Processor()}) shared by load, target and upstream, {RuntimeInformation.OSDescription}, "
        + $"{RuntimeInformation.FrameworkDescription}. Times are this machine's; only the ratios, each taken within a round, are a claim.";

    private static string Processor()
    {
        const string Name = "model name";
        var line = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal))
            : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
