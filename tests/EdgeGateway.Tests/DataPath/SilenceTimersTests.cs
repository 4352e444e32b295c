using EdgeGateway.DataPath.Relay;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>A timer goes from call to call: no call ends by the time of another.</summary>
public sealed class SilenceTimersTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly SilenceTimers _timers;

    public SilenceTimersTests() => _timers = new(_clock);

    [Fact]
    public void The_next_call_has_its_whole_time()
    {
        var first = _timers.Rent(Limit);
        _clock.Advance(0.9 * Limit);
        first.Dispose();
        using var second = _timers.Rent(Limit);
        Assert.Same(first, second);

        _clock.Advance(0.9 * Limit);
        Assert.False(second.Token.IsCancellationRequested);
        _clock.Advance(0.2 * Limit);
        Assert.True(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void A_shorter_limit_than_that_of_the_call_before_holds()
    {
        _timers.Rent(100 * Limit).Dispose();
        using var second = _timers.Rent(Limit);

        _clock.Advance(1.1 * Limit);

        Assert.True(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void One_that_lies_idle_past_its_time_is_as_good_as_new()
    {
        _timers.Rent(Limit).Dispose();
        _clock.Advance(3 * Limit);
        using var second = _timers.Rent(Limit);
        Assert.False(second.Token.IsCancellationRequested);

        _clock.Advance(1.1 * Limit);

        Assert.True(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void One_that_fired_is_not_used_again()
    {
        var first = _timers.Rent(Limit);
        _clock.Advance(2 * Limit);
        Assert.True(first.Token.IsCancellationRequested);
        first.Dispose();

        using var second = _timers.Rent(Limit);

        Assert.NotSame(first, second);
        Assert.False(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void What_listened_to_the_call_before_does_not_hear_of_this_one()
    {
        var heard = 0;
        var first = _timers.Rent(Limit);
        first.Token.Register(() => heard++);
        first.Dispose();
        using var second = _timers.Rent(Limit);

        _clock.Advance(2 * Limit);

        Assert.True(second.Token.IsCancellationRequested);
        Assert.Equal(0, heard);
    }

    [Fact]
    public void An_end_that_was_set_does_not_outlast_its_call()
    {
        var first = _timers.Rent(Limit);
        first.EndWithin(Limit / 2);
        first.Dispose();
        using var second = _timers.Rent(Limit);

        _clock.Advance(0.9 * Limit);
        second.Restart();
        _clock.Advance(0.9 * Limit);

        Assert.False(second.Token.IsCancellationRequested);
    }

    [Fact]
    public void Waiting_for_the_client_takes_none_of_the_upstreams_time()
    {
        using var timer = _timers.Rent(Limit);
        _clock.Advance(0.5 * Limit);
        timer.Pause();
        _clock.Advance(5 * Limit);
        timer.Restart();
        _clock.Advance(0.9 * Limit);
        Assert.False(timer.Token.IsCancellationRequested);

        _clock.Advance(0.2 * Limit);

        Assert.True(timer.Token.IsCancellationRequested);
    }
}
