using EdgeGateway.BlackBox.Tests.Harness;
using Xunit;

namespace EdgeGateway.BlackBox.Tests;

/// <summary>Native code needs no memory that is written and then run, so the unit forbids it; the tests can run like that too.</summary>
public sealed class MemoryProtectionTests
{
    /// <summary>A local command inherits the protection, and its standard error goes to the gateway's log: so it tells what the gateway has.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_gateway_runs_protected_when_that_is_asked_for(bool asked)
    {
        var cancelled = TestContext.Current.CancellationToken;
        Assert.SkipUnless(MemoryProtection.Unavailable is null, MemoryProtection.Unavailable ?? "");
        using var workspace = new Workspace { Launch = asked ? Launch.Protected : Launch.Plain };
        await using var gateway = await PublishedGateway.StartAsync(workspace, cancelled);
        var probe = System.Text.Json.JsonSerializer.Serialize(MemoryProtection.Probe);
        var (_, server) = await gateway.Api.PostAsync(
            "/servers", $$"""{"name":"probe","transport":"stdio","command":"{{MemoryProtection.Perl}}","args":["-e",{{probe}}]}""", cancelled);

        await gateway.Api.PostAsync($"/servers/{server.GetProperty("id").GetString()}/test", "{}", cancelled);

        await gateway.Process.WhenSaidAsync($"protection: {(asked ? 1 : 0)}", cancelled);
        Assert.Equal(0, await gateway.StopAsync(cancelled));
    }
}
