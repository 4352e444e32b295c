using EdgeGateway.Pooling.Tests.Harness;

namespace EdgeGateway.Pooling.Tests;

/// <summary>Clients that initialize where sessions are shared, of a class the pool has no session of.</summary>
public sealed class SharedInitializeTests
{
    private static readonly SessionClass Older = new("2025-06-18", "{}");

    [Fact]
    public async Task A_crowd_waits_for_two_handshakes_and_the_first_answers_everybody()
    {
        var pool = Warm(maxSize: 16);

        var crowd = Crowd(pool, 8);
        Assert.Equal(2, pool.Upstream.Held.Count);
        LetGo(pool, most: 1);

        foreach (var client in crowd)
        {
            Assert.NotNull((await client).Sample);
        }

        LetGo(pool);
        Assert.Equal(4, pool.Upstream.Asked);
    }

    [Fact]
    public async Task One_that_hangs_keeps_nobody_waiting()
    {
        var pool = Warm(maxSize: 16);

        var crowd = Crowd(pool, 8);
        pool.Upstream.Held[1].Verdict.TrySetResult(true);
        pool.Run();

        Assert.All(await Task.WhenAll(crowd), bound => Assert.NotNull(bound.Sample));
    }

    [Fact]
    public async Task When_the_last_handshake_fails_everybody_is_told()
    {
        var pool = Warm(maxSize: 16);

        var crowd = Crowd(pool, 8);
        pool.Upstream.Answer = Answer.Refuse;
        LetGo(pool, well: false);

        Assert.All(await Task.WhenAll(crowd), bound => Assert.NotNull(bound.Refusal));
    }

    [Fact]
    public async Task In_a_full_pool_each_has_a_handshake_of_its_own()
    {
        // Its session cannot stay, so it answers nobody else.
        var pool = Warm(maxSize: 2);

        var crowd = Crowd(pool, 8);
        Assert.Equal(8, pool.Upstream.Held.Count);
        LetGo(pool);

        Assert.All(await Task.WhenAll(crowd), bound => Assert.NotNull(bound.Sample));
    }

    private static PoolUnderTest Warm(int maxSize)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared, Size = 2, MaxSize = maxSize });
        pool.Upstream.Answer = Answer.Held;
        return pool;
    }

    private static List<Task<Bound<FakeSession>>> Crowd(PoolUnderTest pool, int clients) =>
        [.. Enumerable.Range(0, clients).Select(client => pool.AskBind(PoolUnderTest.By($"client{client}", Older)))];

    private static void LetGo(PoolUnderTest pool, bool well = true, int most = int.MaxValue)
    {
        pool.Upstream.LetGo(well, most);
        pool.Run();
    }
}
