using System.Text;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>Which answers are kept, and how long (2026-07-28, Caching).</summary>
public sealed class KeptAnswerTests
{
    private const string Whole = """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":1000,"cacheScope":"public"}}""";

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":0,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":-5,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":"9","cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":9.5,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":99999999999999999999,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":9}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","ttlMs":9,"cacheScope":"everybody"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"input_required","ttlMs":9,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":{"ttlMs":9,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"x","ttlMs":9,"cacheScope":"public"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"result":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"notifications/message"}""")]
    [InlineData("""<html>""")]
    [InlineData("")]
    public void What_the_server_does_not_allow_is_not_kept(string message) =>
        Assert.Null(KeptAnswer.Read(Encoding.UTF8.GetBytes(message), _clock.GetTimestamp()));

    [Fact]
    public void An_answer_cut_short_anywhere_is_not_kept()
    {
        var whole = Encoding.UTF8.GetBytes(Whole);

        Assert.All(Enumerable.Range(0, whole.Length), length => Assert.Null(KeptAnswer.Read(whole.AsMemory(0, length), 0)));
    }

    [Theory]
    [InlineData("public", true)]
    [InlineData("private", false)]
    public void It_is_fresh_for_as_long_as_the_server_says(string scope, bool isPublic)
    {
        var answer = KeptAnswer.Read(Encoding.UTF8.GetBytes(Whole.Replace("public", scope, StringComparison.Ordinal)), _clock.GetTimestamp())!;

        Assert.Equal(isPublic, answer.IsPublic);
        _clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.True(answer.IsFresh(_clock));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(answer.IsFresh(_clock));
    }

    [Fact]
    public void It_is_fresh_for_a_day_at_most()
    {
        var answer = KeptAnswer.Read(Encoding.UTF8.GetBytes(Whole.Replace("1000", "9000000000000000000", StringComparison.Ordinal)), _clock.GetTimestamp())!;

        _clock.Advance(TimeSpan.FromDays(1));
        Assert.False(answer.IsFresh(_clock));
    }

    [Fact]
    public void A_copy_of_a_long_answer_is_given_up()
    {
        var copy = new AnswerCopy();
        copy.Add(new byte[1024 * 1024]);
        Assert.Equal(1024 * 1024, copy.Message.Length);

        copy.Add([1]);
        copy.Add([1]);

        Assert.True(copy.Message.IsEmpty);
    }
}
