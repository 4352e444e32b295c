using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests.Simulation;

/// <summary>
/// The table of pool.md section 3: p99 response times under bimodal service times, 27 : 40 : 89. 95 % of the requests take 10 ms, 5 % 200 ms; arrivals
/// are Poisson's, at 70 % of what the sessions can do; each session serves one request at a time, in the order they came, so that its
/// queue is what the pool calls in flight.
/// </summary>
public sealed class StrategyTableTests(ITestOutputHelper output)
{
    private const double Load = 0.7;
    private const double LongShare = 0.05;
    private const int Requests = 25_000;
    private const int Few = 8;

    /// <summary>More than 32 sessions: least_connections takes the better of two random ones.</summary>
    private const int Many = 40;

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Mean = (Short * (1 - LongShare)) + (Long * LongShare);
    private static readonly int[] Seeds = [1, 2, 3];

    [Fact]
    public void Least_connections_beats_two_choices_and_these_beat_round_robin()
    {
        var exact = MedianP99(PoolStrategy.LeastConnections, Few);
        var roundRobin = MedianP99(PoolStrategy.RoundRobin, Few);
        var twoChoices = MedianP99(PoolStrategy.LeastConnections, Many);
        var roundRobinOfMany = MedianP99(PoolStrategy.RoundRobin, Many);
        output.WriteLine($"""
            p99 in ms, median of {Seeds.Length} seeds     sessions       p99   of round_robin
            least_connections, exact             {Few,8}  {exact.TotalMilliseconds,8:0.0}   {exact / roundRobin,14:0.00}
            round_robin                          {Few,8}  {roundRobin.TotalMilliseconds,8:0.0}   {1,14:0.00}
            least_connections, two choices       {Many,8}  {twoChoices.TotalMilliseconds,8:0.0}   {twoChoices / roundRobinOfMany,14:0.00}
            round_robin                          {Many,8}  {roundRobinOfMany.TotalMilliseconds,8:0.0}   {1,14:0.00}
            """);

        Assert.True(exact <= 0.65 * roundRobin);
        Assert.True(exact < twoChoices);
        Assert.True(exact / roundRobin < twoChoices / roundRobinOfMany);
        Assert.True(twoChoices <= 0.75 * roundRobinOfMany);
    }

    [Fact]
    public void The_table_is_a_function_of_its_seed() =>
        Assert.Equal(P99(PoolStrategy.LeastConnections, Many, 7, 2_000), P99(PoolStrategy.LeastConnections, Many, 7, 2_000));

    private static TimeSpan MedianP99(PoolStrategy strategy, int sessions) =>
        Seeds.Select(seed => P99(strategy, sessions, seed, Requests)).Order().ElementAt(Seeds.Length / 2);

    private static TimeSpan P99(PoolStrategy strategy, int sessions, int seed, int requests)
    {
        using var pool = new SimulatedPool(
            seed,
            o => o with { Strategy = strategy, Isolation = Isolation.Shared, Size = sessions, MaxSize = sessions, MaxConcurrency = 32, MaxLifetime = TimeSpan.FromDays(1) });
        pool.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(sessions, pool.Stats.Available);

        var took = new List<TimeSpan>(requests);
        pool.Start(ArriveAsync);
        pool.Pass(Mean * requests);
        Assert.Equal(requests, took.Count);
        Assert.Equal(0, pool.Stats.Rejections + pool.Stats.Timeouts);
        return took.Order().ElementAt(requests * 99 / 100);

        async Task ArriveAsync()
        {
            for (var request = 0; request < requests; request++)
            {
                await pool.WaitAsync(Mean / (Load * sessions) * -Math.Log(1 - pool.Luck.NextDouble()));
                pool.Start(RequestAsync);
            }
        }

        async Task RequestAsync()
        {
            var began = pool.Time.Now;
            var work = pool.Luck.NextDouble() < LongShare ? Long : Short;
            var acquired = await pool.AcquireAsync(PoolUnderTest.By("ann"), LeaseMode.Shared);
            await pool.Upstream.ServeInTurnAsync(acquired.Lease.Session, work);
            acquired.Lease.Release(LeaseOutcome.Reusable);
            took.Add(pool.Time.Now - began);
        }
    }
}
