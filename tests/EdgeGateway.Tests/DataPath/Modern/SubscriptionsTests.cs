using EdgeGateway.DataPath.Relay.Modern.Watching;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Modern;

/// <summary>When a subscriber is answered: not before the server knows, where a stream is there to tell it.</summary>
public sealed class SubscriptionsTests
{
    private readonly Subscriptions _subscriptions = new();

    [Fact]
    public void Without_a_stream_nobody_waits()
    {
        Assert.True(_subscriptions.SetAsync("\"a\"", true).IsCompleted);
    }

    [Fact]
    public void Who_subscribes_between_the_begin_of_the_stream_and_its_first_look_waits_for_the_server()
    {
        _subscriptions.StartConfirming();

        var subscribing = _subscriptions.SetAsync("\"a\"", true);
        Assert.False(subscribing.IsCompleted);

        var (uris, applied) = _subscriptions.Take();
        Assert.Equal(["\"a\""], uris);
        Assert.False(subscribing.IsCompleted);

        applied.SetResult();
        Assert.True(subscribing.IsCompletedSuccessfully);
    }

    [Fact]
    public void Who_subscribes_while_the_server_is_told_of_others_waits_for_the_next_time()
    {
        _subscriptions.StartConfirming();
        using var changed = _subscriptions.UntilChanged();
        var (_, first) = _subscriptions.Take();

        var subscribing = _subscriptions.SetAsync("\"a\"", true);
        first.SetResult();

        Assert.True(changed.IsCancellationRequested);
        Assert.False(subscribing.IsCompleted);
        _subscriptions.Take().Applied.SetResult();
        Assert.True(subscribing.IsCompletedSuccessfully);
    }

    [Fact]
    public void When_the_stream_ends_nobody_waits_any_more()
    {
        _subscriptions.StartConfirming();
        var subscribing = _subscriptions.SetAsync("\"a\"", true);

        _subscriptions.StopConfirming();

        Assert.True(subscribing.IsCompletedSuccessfully);
        Assert.True(_subscriptions.SetAsync("\"b\"", true).IsCompleted);
    }
}
