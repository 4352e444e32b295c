using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests.Harness;

/// <summary>What a test needs of the machine.</summary>
internal static class Require
{
    /// <summary>Skips the test where it is not there and says how to get it; in CI (CI=true) that is a failure.</summary>
    public static void That(bool there, string otherwise)
    {
        if (Repository.IsCi)
        {
            Assert.True(there, otherwise);
        }

        Assert.SkipUnless(there, otherwise);
    }
}
