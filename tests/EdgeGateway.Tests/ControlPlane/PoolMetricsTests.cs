using System.Net;
using System.Text.Json.Nodes;
using EdgeGateway.Configuration;
using EdgeGateway.ControlPlane.Metrics;
using EdgeGateway.ControlPlane.Pools;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Pooling;
using EdgeGateway.Storage;
using EdgeGateway.Tests.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

public sealed class PoolMetricsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private ControlPlaneHost _host = null!;
    private string _id = "";

    public async ValueTask InitializeAsync()
    {
        await StartAsync(Noon);
        _id = await _host.RegisterAsync(more: """, "pool": {"enabled": true, "size": 2}""");
        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 2);
    }

    [Fact]
    public async Task The_last_hour_comes_in_buckets_of_five_minutes_up_to_this_moment()
    {
        await CallAsync(3, TimeSpan.FromMilliseconds(100));
        await CallAsync(1, TimeSpan.FromMilliseconds(100), LeaseOutcome.ServerFault);
        await _host.GetUntilAsync(Pool("stats"), stats => (int)stats["available_sessions"]! == 2); // the session that failed has been replaced

        var metrics = (await _host.GetAsync(Pool("metrics"))).Json;

        Assert.Equal(["bucket_seconds", "buckets"], metrics.Select(member => member.Key));
        Assert.Equal(300, (int)metrics["bucket_seconds"]!);
        var bucket = (JsonObject)Assert.Single((JsonArray)metrics["buckets"]!)!;
        Assert.Equal(
            ["start", "acquisitions", "timeouts", "rejections", "in_flight_max", "sessions", "wait_ms", "use_ms", "success_rate"],
            bucket.Select(member => member.Key));
        Assert.Equal("2026-11-23T12:00:00Z", (string)bucket["start"]!);
        Assert.Equal((4, 0, 0, 0.75), ((int)bucket["acquisitions"]!, (int)bucket["timeouts"]!, (int)bucket["rejections"]!, (double)bucket["success_rate"]!));
        Assert.Equal(["p50", "p95", "p99"], ((JsonObject)bucket["wait_ms"]!).Select(member => member.Key));
        Assert.InRange((double)bucket["use_ms"]!["p50"]!, 95, 105);
        Assert.Equal(metrics.ToJsonString(), (await _host.GetAsync(Pool("metrics?hours=168"))).Json.ToJsonString());
    }

    [Fact]
    public async Task The_last_minutes_come_in_buckets_of_five_seconds()
    {
        await CallAsync(2, TimeSpan.FromSeconds(1));
        _host.Clock.Advance(TimeSpan.FromSeconds(4));
        await CallAsync(1, TimeSpan.Zero);

        var metrics = (await _host.GetAsync(Pool("metrics?minutes=1"))).Json;

        Assert.Equal(5, (int)metrics["bucket_seconds"]!);
        var buckets = (JsonArray)metrics["buckets"]!;
        Assert.Equal("2026-11-23T12:00:05Z", (string)buckets[^1]!["start"]!);
        Assert.Equal(3, buckets.Sum(bucket => (int)bucket!["acquisitions"]!));
        _host.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, ((JsonArray)(await _host.GetAsync(Pool("metrics?minutes=1"))).Json["buckets"]!).Sum(bucket => (int)bucket!["acquisitions"]!));
    }

    [Fact]
    public async Task What_is_in_flight_and_open_now_shows()
    {
        var lease = await LeaseAsync();

        var bucket = (await BucketsAsync("metrics"))[^1]!;

        Assert.Equal((1, 2), ((int)bucket["in_flight_max"]!, (int)bucket["sessions"]!));
        lease.Release(LeaseOutcome.Reusable);
    }

    [Theory]
    [InlineData("hours=0", "/hours")]
    [InlineData("hours=169", "/hours")]
    [InlineData("hours=", "/hours")]
    [InlineData("hours=1&hours=2", "/hours")]
    [InlineData("minutes=11", "/minutes")]
    [InlineData("minutes=x", "/minutes")]
    [InlineData("hours=1&minutes=1", "/minutes")]
    public async Task What_is_no_range_is_refused_with_the_range(string query, string field)
    {
        var error = Assert.Single((await _host.GetAsync(Pool("metrics?" + query))).IsProblem("validation", 422));

        Assert.Equal(field, error.Key);
        Assert.Matches("1 to 168|1 to 10|ask for one of them", error.Value);
    }

    [Theory]
    [InlineData("metrics?hours=0")]
    [InlineData("optimize")]
    public async Task The_reasons_for_having_none_come_in_the_order_of_the_stats(string what)
    {
        (await _host.GetAsync($"/servers/{new string('0', 32)}/pool/{what}")).IsProblem("server-not-found", 404);
        var plain = await _host.RegisterAsync("plain");
        (await _host.GetAsync($"/servers/{plain}/pool/{what}")).IsProblem("pool-not-enabled", 503);
        await RestartAsync(new PoolDefaults { Enabled = false });
        (await _host.GetAsync(Pool(what))).IsProblem("pooling-disabled", 404);
        await RestartAsync(new PoolDefaults { Enabled = true, Size = 50 });
        await _host.PutAsync(Pool("config"), """{"enabled": true, "size": 50, "max_size": 50}""");
        _host.Upstreams.RefuseToCreate = "the certificate cannot be used";
        var broken = await _host.RegisterAsync("broken", """, "pool": {"enabled": true, "max_size": 60}""");
        (await _host.GetAsync($"/servers/{broken}/pool/{what}")).IsProblem("pool-creation-failed", 404);
    }

    [Fact]
    public async Task With_metrics_off_it_says_so()
    {
        await RestartAsync(new PoolDefaults { Enabled = true, MetricsEnabled = false });

        var answer = await _host.GetAsync(Pool("metrics"));

        answer.IsProblem("pool-metrics-disabled", 404);
        Assert.Equal("Pool metrics are disabled globally (SESSION_POOL_METRICS_ENABLED=false)", (string)answer.Json["detail"]!);
        Assert.Contains("SESSION_POOL_METRICS_ENABLED=true", (string)answer.Json["remedy"]!);
    }

    [Fact]
    public async Task A_restart_keeps_the_history_and_joins_the_bucket_it_cut_in_two()
    {
        await CallAsync(3, TimeSpan.FromMilliseconds(10));
        await BucketsAsync("metrics");
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        await BucketsAsync("metrics");
        await CallAsync(4, TimeSpan.FromMilliseconds(10));

        await RestartAsync();
        await CallAsync(2, TimeSpan.FromMilliseconds(400));

        var buckets = await BucketsAsync("metrics?hours=1");
        Assert.Equal([("2026-11-23T12:00:00Z", 3), ("2026-11-23T12:05:00Z", 6)], buckets.Select(bucket => ((string)bucket!["start"]!, (int)bucket["acquisitions"]!)));
        Assert.InRange((double)buckets[1]!["use_ms"]!["p50"]!, 9, 11);
        Assert.InRange((double)buckets[1]!["use_ms"]!["p99"]!, 380, 420);

        await RestartAsync();
        Assert.Equal([3, 6], (await BucketsAsync("metrics")).Select(bucket => (int)bucket!["acquisitions"]!));
    }

    [Fact]
    public async Task Hours_reach_back_as_far_as_they_say_and_seven_days_at_most()
    {
        await CallAsync(1, TimeSpan.Zero);
        await RestartAsync(now: Noon.AddHours(2));
        Assert.DoesNotContain(await BucketsAsync("metrics?hours=1"), bucket => (int)bucket!["acquisitions"]! > 0);
        Assert.Equal(1, (await BucketsAsync("metrics?hours=3")).Sum(bucket => (int)bucket!["acquisitions"]!));
        Assert.Equal(1, (await BucketsAsync("metrics?hours=168")).Sum(bucket => (int)bucket!["acquisitions"]!));

        await RestartAsync(now: Noon.AddDays(7).AddMinutes(1));
        Assert.Equal(0, (await BucketsAsync("metrics?hours=168")).Sum(bucket => (int)bucket!["acquisitions"]!));
        Assert.NotEqual(0, Rows("start = 1795435200"));
        await RestartAsync(now: Noon.AddDays(7).AddMinutes(2));
        Assert.Equal(0, Rows("start = 1795435200"));
    }

    [Fact]
    public async Task The_history_goes_with_its_server()
    {
        await CallAsync(1, TimeSpan.Zero);
        await RestartAsync();
        Assert.NotEqual(0, Rows($"server_id = '{_id}'"));

        await _host.SendAsync(HttpMethod.Delete, "/servers/" + _id);

        Assert.Equal(0, Rows("1"));
        await RestartAsync();
        Assert.Equal(0, Rows("1"));
    }

    [Fact]
    public async Task A_locked_database_is_said_once_and_stops_nothing()
    {
        await _host.DisposeAsync();
        await StartAsync(Noon, patience: TimeSpan.FromMilliseconds(1));
        using var other = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False");
        other.Open();
        other.Command("BEGIN IMMEDIATE").ExecuteNonQuery();
        await CallAsync(5, TimeSpan.FromMilliseconds(10));
        await BucketsAsync("metrics");

        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        await _host.GetUntilAsync("/health/ready", _ => Logged(3100) == 1);
        await CallAsync(2, TimeSpan.FromMilliseconds(10));

        Assert.Contains("is locked by another process", _host.Log.OfPools.Single(line => line.Contains("cannot be written", StringComparison.Ordinal)));
        Assert.Equal([5, 2], (await BucketsAsync("metrics")).Select(bucket => (int)bucket!["acquisitions"]!));
        Assert.Equal(HttpStatusCode.OK, (await _host.GetAsync("/health/ready")).Status);

        other.Command("ROLLBACK").ExecuteNonQuery();
        _host.Clock.Advance(TimeSpan.FromMinutes(5));
        await _host.GetUntilAsync("/health/ready", _ => Logged(3101) == 1);
        Assert.Equal(2, Rows("acquisitions > 0"));
        Assert.Equal(1, Logged(3100));

        int Logged(int eventId) => _host.Log.All.Count(line => line.EventId == eventId);
    }

    [Fact]
    public async Task A_pool_that_was_off_for_a_while_shows_what_it_did_before_and_after()
    {
        await CallAsync(3, TimeSpan.Zero);
        await BucketsAsync("metrics");
        await _host.PutAsync(Pool("config"), """{"enabled": false}""");
        _host.Services.GetRequiredService<PoolHistories>().ObserveAll();
        await CallAsync(10, TimeSpan.Zero);
        _host.Services.GetRequiredService<PoolHistories>().ObserveAll();
        _host.Clock.Advance(TimeSpan.FromSeconds(2));
        await _host.PutAsync(Pool("config"), """{"enabled": true}""");
        await CallAsync(2, TimeSpan.Zero);

        Assert.Equal(5, Assert.Single(await BucketsAsync("metrics"))!["acquisitions"]!.GetValue<int>());
        Assert.Equal(5, Assert.Single(await BucketsAsync("metrics?minutes=1"))!["acquisitions"]!.GetValue<int>());
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private string Pool(string what) => $"/servers/{_id}/pool/{what}";

    private async Task StartAsync(DateTimeOffset now, PoolDefaults? pools = null, TimeSpan? patience = null) => _host = await ControlPlaneHost.StartAsync(
        _folder.Path,
        pools,
        clock: new FakeTimeProvider(now),
        services: patience is null ? null : services => services.AddSingleton(Database.Open(_folder.Path, Migrations.All, patience.Value)));

    /// <summary>Stops the gateway in order and starts another on the same folder.</summary>
    private async Task RestartAsync(PoolDefaults? pools = null, DateTimeOffset? now = null)
    {
        var stopped = _host.Clock.GetUtcNow();
        await _host.DisposeAsync();
        await StartAsync(now ?? stopped.AddSeconds(1), pools);
    }

    private async Task<JsonArray> BucketsAsync(string what)
    {
        var answer = await _host.GetAsync(Pool(what));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return (JsonArray)answer.Json["buckets"]!;
    }

    private async Task CallAsync(int times, TimeSpan each, LeaseOutcome outcome = LeaseOutcome.Reusable)
    {
        for (var i = 0; i < times; i++)
        {
            var lease = await LeaseAsync();
            _host.Clock.Advance(each);
            lease.Release(outcome, each);
        }
    }

    private async Task<Lease<PooledUpstream>> LeaseAsync()
    {
        var route = _host.Services.GetRequiredService<RoutingTable>().Find(_id)!;
        var caller = new Caller("user", PoolConfigResolver.DefaultClass, Credential.Stored(route.Server.ConnectionVersion));
        var acquired = await route.Pool.AcquireAsync(caller, LeaseMode.Exclusive, ControlPlaneHost.Cancellation);
        Assert.Null(acquired.Refusal);
        return acquired.Lease;
    }

    private long Rows(string condition)
    {
        using var reader = new SqliteConnection($"Data Source={_folder.File(Database.FileName)};Pooling=False");
        reader.Open();
#pragma warning disable CA2100 // the tests' own text
        using var command = new SqliteCommand($"SELECT count(*) FROM pool_buckets WHERE {condition}", reader);
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
