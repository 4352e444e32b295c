using EdgeGateway.Lifecycle;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

public sealed class ReadyStateTests
{
    [Fact]
    public void It_goes_from_starting_over_ready_to_draining_and_never_back()
    {
        using var state = new ReadyState();
        Assert.Equal(("starting", false, false), (state.Name, state.IsReady, state.IsDraining));

        state.MarkReady();
        Assert.Equal(("ready", true, false), (state.Name, state.IsReady, state.IsDraining));

        Assert.True(state.BeginDraining());
        Assert.False(state.BeginDraining());
        state.MarkReady();
        Assert.Equal(("draining", false, true), (state.Name, state.IsReady, state.IsDraining));
        Assert.True(state.DrainBegun.IsCancellationRequested);
    }

    [Fact]
    public void Stopped_while_starting_it_never_becomes_ready()
    {
        using var state = new ReadyState();

        state.BeginDraining();
        state.MarkReady();

        Assert.False(state.IsReady);
    }
}
