using System.Net.Sockets;
using System.Text;
using EdgeGateway.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.Lifecycle;

/// <summary>What systemd hears, at a real socket of its kind.</summary>
public sealed class SupervisorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-gateway-test-").FullName;
    private readonly Socket _systemd = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly FakeTimeProvider _clock = new();
    private readonly FixedStatus _status = new();

    private string Path => System.IO.Path.Combine(_folder, "notify");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public SupervisorTests() => _systemd.Bind(new UnixDomainSocketEndPoint(Path));

    public void Dispose()
    {
        _systemd.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_hears_ready_then_status_and_a_sign_of_life_and_the_end()
    {
        using var service = Create(("WATCHDOG_USEC", "8000000"));

        await service.StartedAsync(Cancellation);
        Assert.Equal("READY=1\nSTATUS=1 server, 0/2 sessions", await HearAsync());

        _status.Line = "1 server, 1/2 sessions";
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("WATCHDOG=1\nSTATUS=1 server, 1/2 sessions", await HearAsync());

        await service.StoppingAsync(Cancellation);
        Assert.Equal("STOPPING=1\nSTATUS=Draining: running requests finish", await HearAsync());
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("WATCHDOG=1", await HearAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Whose_pools_hang_gives_no_sign_of_life()
    {
        using var service = Create(("WATCHDOG_USEC", "8000000"));
        await service.StartedAsync(Cancellation);
        await HearAsync();

        _status.Line = null;
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(0, _systemd.Available);
        _status.Line = "0 servers, 0/0 sessions";
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("WATCHDOG=1\nSTATUS=0 servers, 0/0 sessions", await HearAsync());
    }

    [Fact]
    public void A_watchdog_is_kept_at_half_its_time_and_the_status_fresh_without_one()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), Manager(("WATCHDOG_USEC", "30000000")).Watchdog);
        Assert.Null(Manager().Watchdog);
        Assert.Null(Manager(("WATCHDOG_USEC", "30000000"), ("WATCHDOG_PID", "1")).Watchdog);
        Assert.Null(Manager(("WATCHDOG_USEC", "soon")).Watchdog);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_without_a_file_is_a_socket_too()
    {
        var name = $"edge-gateway-test-{Guid.NewGuid():N}";
        using var listening = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint("\0" + name));

        Supervisor.Of(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = "@" + name }, 1).Tell("READY=1");

        Assert.Equal("READY=1", await HearAsync(listening));
    }

    [Theory]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("vsock:2:1234")]
    public void Whoever_speaks_another_way_is_told_nothing(string socket)
    {
        var supervisor = Supervisor.Of(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = socket }, 1);

        Assert.False(supervisor.Listens);
        supervisor.Tell("READY=1");
    }

    [Fact]
    public void A_manager_that_went_away_does_no_harm()
    {
        var supervisor = Supervisor.Of(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path + "-gone" }, 1);

        supervisor.Tell("READY=1");
    }

    private ServiceStatus Create(params ReadOnlySpan<(string, string)> more) => new(Manager(more), _status, _clock, NullLogger<ServiceStatus>.Instance);

    private Supervisor Manager(params ReadOnlySpan<(string Name, string Value)> more)
    {
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = Path };
        foreach (var (name, value) in more)
        {
            environment[name] = value;
        }

        return Supervisor.Of(environment, 4711);
    }

    private Task<string> HearAsync() => HearAsync(_systemd);

    private static async Task<string> HearAsync(Socket socket)
    {
        var buffer = new byte[512];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, Cancellation));
    }

    private sealed class FixedStatus : IStatusSource
    {
        /// <summary>Null: reading it fails.</summary>
        public string? Line { get; set; } = "1 server, 0/2 sessions";

        public string Describe() => Line ?? throw new InvalidOperationException("hangs");
    }
}
