using EdgeGateway.Lifecycle;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

public sealed class SignalLifetimeTests
{
    [Fact]
    public void The_first_signal_stops_in_order_and_the_second_at_once()
    {
        var application = new Application();
        var exits = new List<int>();
        using var lifetime = new SignalLifetime(application, NullLogger<SignalLifetime>.Instance, exits.Add);

        lifetime.Receive();
        Assert.Equal((1, 0), (application.Stops, exits.Count));

        lifetime.Receive();
        Assert.Equal(1, application.Stops);
        Assert.Equal([1], exits);
    }

    private sealed class Application : IHostApplicationLifetime
    {
        public int Stops { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => Stops++;
    }
}
