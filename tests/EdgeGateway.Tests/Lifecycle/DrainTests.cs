using EdgeGateway.Configuration;
using EdgeGateway.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

public sealed class DrainTests : IDisposable
{
    private static readonly GatewayOptions Options = new() { DataFolder = "", JwtSecretKey = "", DrainTimeout = TimeSpan.FromSeconds(7) };

    private readonly ReadyState _ready = new();
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _ready.Dispose();

    [Fact]
    public async Task Everything_drains_at_once_after_readiness_is_gone_and_before_stopping_goes_on()
    {
        Part[] parts = [new(_ready), new(_ready)];
        var drain = Create(parts);

        var stopping = drain.StoppingAsync(Cancellation);

        Assert.All(parts, part => Assert.Equal((TimeSpan.FromSeconds(7), true), (part.Timeout, part.SawDraining)));
        parts[0].Done.SetResult();
        Assert.False(stopping.IsCompleted);
        parts[1].Done.SetResult();
        await stopping;
    }

    [Fact]
    public async Task A_part_that_hangs_is_left_behind_after_its_time_and_grace()
    {
        var stopping = Create(new Part(_ready)).StoppingAsync(Cancellation);

        _clock.Advance(Options.DrainTimeout + Drain.Grace - TimeSpan.FromTicks(1));
        Assert.False(stopping.IsCompleted);
        _clock.Advance(TimeSpan.FromTicks(1));
        await stopping;
    }

    [Fact]
    public async Task A_part_that_fails_does_not_keep_the_others_from_draining()
    {
        Part[] parts = [new(_ready), new(_ready)];
        parts[0].Done.SetException(new InvalidOperationException("broken"));

        var stopping = Create(parts).StoppingAsync(Cancellation);

        Assert.False(stopping.IsCompleted);
        parts[1].Done.SetResult();
        await stopping;
    }

    [Fact]
    public async Task Once_everything_has_started_the_gateway_is_ready()
    {
        await Create().StartedAsync(Cancellation);

        Assert.True(_ready.IsReady);
    }

    private Drain Create(params Part[] parts) => new(_ready, parts, Options, _clock, NullLogger<Drain>.Instance);

    private sealed class Part(ReadyState ready) : IDrainable
    {
        public TaskCompletionSource Done { get; } = new();

        public TimeSpan Timeout { get; private set; }

        public bool SawDraining { get; private set; }

        public Task DrainAsync(TimeSpan timeout)
        {
            Timeout = timeout;
            SawDraining = ready.IsDraining;
            return Done.Task;
        }
    }
}
