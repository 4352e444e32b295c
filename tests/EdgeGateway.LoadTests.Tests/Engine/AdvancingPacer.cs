using EdgeGateway.LoadTests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace EdgeGateway.LoadTests.Tests.Engine;

/// <summary>Waits by moving the clock.</summary>
internal sealed class AdvancingPacer(FakeTimeProvider clock) : IPacer
{
    public void Wait(TimeSpan time) => clock.Advance(time);
}
