using System.Globalization;
using System.Text.RegularExpressions;
using EdgeGateway.BlackBox.Tests.Harness;
using EdgeGateway.Tests.RealUpstreams;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>What systemd itself says of the units the binary prints.</summary>
public sealed partial class UnitTests
{
    private const string Analyze = "/usr/bin/systemd-analyze";

    /// <summary>operations.md: the exposure of both, by systemd's own measure.</summary>
    private const double Most = 1.5;

    [Theory(Timeout = 120_000)]
    [InlineData("")]
    [InlineData(" --stdio")]
    public async Task The_unit_is_right_and_little_exposed(string variant)
    {
        var cancelled = TestContext.Current.CancellationToken;
        if (!Repository.IsCi)
        {
            Assert.SkipUnless(File.Exists(Analyze), "needs systemd-analyze: apt-get install systemd");
        }

        using var workspace = new Workspace();

        // The unit's own path of the binary is not there; everything else is as printed.
        var verdict = await Shell.RunAsync(
            $"""
            '{PublishedBinary.Path}' systemd unit{variant} | sed 's|^ExecStart=/usr/local/bin/edge-gateway|ExecStart={PublishedBinary.Path}|' > edge-gateway.service
            {Analyze} verify ./edge-gateway.service 2>&1
            {Analyze} security --offline=true --no-pager ./edge-gateway.service
            """,
            workspace,
            new Dictionary<string, string>(),
            cancelled);

        Assert.DoesNotContain("ignoring", verdict, StringComparison.Ordinal);
        var exposure = double.Parse(Exposure().Match(verdict).Groups["level"].Value, CultureInfo.InvariantCulture);
        Figures.Write($"systemd unit{variant}, exposure", $"{exposure.ToString(CultureInfo.InvariantCulture)} (limit {Most.ToString(CultureInfo.InvariantCulture)})");
        Assert.InRange(exposure, 0, Most);
    }

    [GeneratedRegex(@"Overall exposure level for edge-gateway\.service: (?<level>[0-9.]+)")]
    private static partial Regex Exposure();
}
