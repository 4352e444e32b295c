using System.Runtime;
using System.Runtime.InteropServices;

namespace EdgeGateway.Pooling.Benchmarks.Reporting;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var code = JitInfo.GetCompiledMethodCount() == 0 ? "native" : "compiled at run time";
        return $"{RuntimeInformation.FrameworkDescription}, {code}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors. "
            + "Nanoseconds are this machine's; only the ratios, each taken within a round, are a claim.";
    }
}
