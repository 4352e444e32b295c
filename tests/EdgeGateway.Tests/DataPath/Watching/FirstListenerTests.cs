using System.Text;
using System.Threading.Channels;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Relay.Modern.Watching;
using EdgeGateway.Mcp.Upstream;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeGateway.Tests.DataPath.Watching;

/// <summary>A watcher's stream is open before anybody listens to the watcher.</summary>
public sealed class FirstListenerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task What_the_server_says_at_once_is_heard_by_who_comes_first()
    {
        const string Changed = """{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}""";
        var session = new FakeUpstreamSession { OnOpenStream = _ => Task.FromResult<UpstreamReply>(new FakeReply(ReplyKind.Events, 200, Changed)) };
        var watcher = new Watcher(new WatchedSession(new PooledUpstream(session, "u")), [], "s", new RelayServices(new FakeTimeProvider(), NullLogger.Instance));
        var heard = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();

        Assert.True((await watcher.StartAsync(Cancelled)).Listens);
        await watcher.ChangeAsync(null, new NotificationFilter(true, true, true, []), heard.Writer);

        Assert.Equal(Changed, Encoding.UTF8.GetString((await heard.Reader.ReadAsync(Cancelled)).Span));
        watcher.End();
    }
}
