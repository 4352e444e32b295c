using EdgeGateway.DataPath.Authenticate;
using Xunit;

namespace EdgeGateway.Tests.Authenticate;

public sealed class TokenCacheTests
{
    private static readonly Principal Somebody = new("somebody", Permissions.McpInvoke, null, DateTimeOffset.MaxValue);

    [Fact]
    public async Task A_token_is_cached_once_it_was_validated_and_only_then()
    {
        var gate = Tokens.Gate();
        var good = "Bearer " + Tokens.Hs256(Tokens.Payload());
        var bad = "Bearer " + Tokens.Hs256(Tokens.Payload(), secret: Tokens.Secret + "!");
        Assert.False(gate.TryGetCached(good, out _));

        var validated = (await gate.AuthenticateAsync(good)).Principal;
        await gate.AuthenticateAsync(bad);

        Assert.True(gate.TryGetCached(good, out var cached));
        Assert.Same(validated, cached);
        Assert.Same(validated, (await gate.AuthenticateAsync(good)).Principal);
        Assert.False(gate.TryGetCached(bad, out _));
    }

    [Fact]
    public async Task A_cached_token_expires_like_any_other()
    {
        var clock = Tokens.Clock();
        var gate = Tokens.Gate(clock);
        var header = "Bearer " + Tokens.Hs256(Tokens.Payload());
        await gate.AuthenticateAsync(header);

        clock.Advance(TimeSpan.FromSeconds(659));
        Assert.True(gate.TryGetCached(header, out _));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(gate.TryGetCached(header, out _));
        Assert.Contains("expired", (await gate.AuthenticateAsync(header)).Error);
    }

    [Fact]
    public async Task A_hit_allocates_nothing()
    {
        var gate = Tokens.Gate();
        var header = "Bearer " + Tokens.Hs256(Tokens.Payload());
        await gate.AuthenticateAsync(header);
        Assert.True(gate.TryGetCached(header, out _));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            gate.TryGetCached(header, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void It_never_holds_more_than_its_capacity_and_keeps_what_is_used()
    {
        var cache = new TokenCache(capacity: 100);
        var favourite = Hash(0);
        cache.Add(favourite, Somebody);
        for (var i = 1; i <= 1000; i++)
        {
            cache.Add(Hash(i), Somebody);
            Assert.True(cache.TryGet(favourite, out _));
        }

        var held = Enumerable.Range(0, 1001).Count(i => cache.TryGet(Hash(i), out _));
        Assert.InRange(held, 50, 100);
        Assert.False(cache.TryGet(Hash(1), out _));
    }

    [Fact]
    public async Task Many_writers_at_once_lose_nothing_that_fits()
    {
        var cache = new TokenCache();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                cache.Add(Hash((writer * 500) + i), Somebody);
            }
        })));

        Assert.All(Enumerable.Range(0, 4000), i => Assert.True(cache.TryGet(Hash(i), out _)));
    }

    [Fact]
    public void Different_tokens_have_different_hashes()
    {
        Assert.NotEqual(Hash(1), Hash(2));
        Assert.Equal(Hash(1), Hash(1));
    }

    private static TokenHash Hash(int number)
    {
        Assert.True(TokenHash.TryCompute($"token {number}", out var hash));
        return hash;
    }
}
