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

    [Theory]
    [InlineData(nameof(Answer.Unauthorized), "upstream_auth")]
    [InlineData(nameof(Answer.Refuse), "upstream_refused")]
    public async Task What_refuses_one_of_them_refuses_them_all(string answer, string reason)
    {
        var pool = Warm(maxSize: 16);
        pool.Upstream.Answer = Enum.Parse<Answer>(answer);

        var crowd = Enumerable.Range(0, 8)
            .Select(client => pool.Pool.BindAsync(PoolUnderTest.By($"client{client}", Older), TestContext.Current.CancellationToken).AsTask())
            .ToList();
        pool.Run();

        Assert.All(await Task.WhenAll(crowd), bound => Assert.Equal((Rejection.OpenFailed, reason), (bound.Refusal!.Rejection, bound.Refusal.Reason)));
        Assert.Equal(4, pool.Upstream.Asked);
    }

    [Fact]
    public async Task Who_came_after_a_handshake_began_is_not_told_of_its_failure()
    {
        var pool = Warm(maxSize: 16);
        var crowd = Crowd(pool, 4);
        pool.Pass(TimeSpan.FromMilliseconds(1));
        var late = pool.AskBind(PoolUnderTest.By("late", Older));

        LetGo(pool, well: false, most: 1);
        await AssertToldAsync(pool, crowd, stillWaiting: 1);

        LetGo(pool);
        Assert.NotNull((await late).Sample);
    }

    [Fact]
    public async Task Whose_session_is_of_another_kind_is_not_told()
    {
        var pool = Warm(maxSize: 16);
        var crowd = Crowd(pool, 4);
        var ofAnotherClass = pool.AskBind(PoolUnderTest.By("other", new SessionClass("2025-03-26", "{}")));
        var withAnotherCredential = pool.AskBind(PoolUnderTest.By("own", Older, PoolUnderTest.Brought("of their own")));

        LetGo(pool, well: false, most: 2);
        await AssertToldAsync(pool, crowd, stillWaiting: 2);

        LetGo(pool);
        Assert.NotNull((await ofAnotherClass).Sample);
        Assert.NotNull((await withAnotherCredential).Sample);
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

    [Fact]
    public async Task In_a_full_pool_a_failed_handshake_is_one_clients()
    {
        var pool = Warm(maxSize: 2);
        var crowd = Crowd(pool, 8);

        LetGo(pool, well: false, most: 1);
        Assert.Equal(7, pool.Stats.Waiting);
        LetGo(pool);

        Assert.Single(await Task.WhenAll(crowd), bound => bound.Refusal is not null);
    }

    private static PoolUnderTest Warm(int maxSize)
    {
        var pool = PoolUnderTest.Warm(o => o with { Isolation = Isolation.Shared, Size = 2, MaxSize = maxSize });
        pool.Upstream.Answer = Answer.Held;
        return pool;
    }

    private static List<Task<Bound<FakeSession>>> Crowd(PoolUnderTest pool, int clients) =>
        [.. Enumerable.Range(0, clients).Select(client => pool.AskBind(PoolUnderTest.By($"client{client}", Older)))];

    private static async Task AssertToldAsync(PoolUnderTest pool, List<Task<Bound<FakeSession>>> crowd, int stillWaiting)
    {
        Assert.Equal(stillWaiting, pool.Stats.Waiting);
        Assert.All(await Task.WhenAll(crowd), bound => Assert.NotNull(bound.Refusal));
    }

    private static void LetGo(PoolUnderTest pool, bool well = true, int most = int.MaxValue)
    {
        pool.Upstream.LetGo(well, most);
        pool.Run();
    }
}
