using EdgeGateway.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.Logging;

/// <summary>One event does not drown the others.</summary>
public sealed class FloodSamplerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void The_first_ones_of_a_second_pass_and_the_next_second_begins_anew()
    {
        using var sampler = new FloodSampler(_clock);

        Assert.Equal(FloodSampler.MostPerSecond, Passed(sampler, 2001, 100));
        Assert.Equal(1, Passed(sampler, 2002, 1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(FloodSampler.MostPerSecond, Passed(sampler, 2001, 100));
    }

    [Fact]
    public void Errors_always_pass()
    {
        using var sampler = new FloodSampler(_clock);

        Assert.Equal(100, Passed(sampler, 2001, 100, LogLevel.Error));
    }

    [Theory]
    [InlineData(1010)]
    [InlineData(4001)]
    public void What_operators_do_is_never_left_out(int id)
    {
        using var sampler = new FloodSampler(_clock);

        Assert.Equal(100, Passed(sampler, id, 100));
    }

    [Fact]
    public async Task Threads_that_log_at_once_get_no_more_between_them()
    {
        using var sampler = new FloodSampler(_clock);

        var passed = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Passed(sampler, 2001, 1000))));

        Assert.Equal(FloodSampler.MostPerSecond, passed.Sum());
    }

    private static int Passed(FloodSampler sampler, int id, int count, LogLevel level = LogLevel.Warning) => Enumerable.Range(0, count)
        .Count(_ => sampler.ShouldSample(new LogEntry<string>(level, "x", new EventId(id, "event"), "state", null, (_, _) => "")));
}
