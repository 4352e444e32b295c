using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>An answer that breaks before anything of it was passed on leaves nothing behind for the next try's.</summary>
public sealed class BrokenAnswerTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(100L)]
    public async Task Headers_of_an_answer_that_broke_do_not_stay(long? length)
    {
        var http = new DefaultHttpContext();
        var x = await TestExchange.OfAsync(http, """{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""u8.ToArray());
        var services = new RelayServices(TimeProvider.System, NullLogger.Instance);
        using var silence = services.Silence.Rent(TimeSpan.FromMinutes(1));
        var relay = new ReplyRelay(x, new PooledUpstream(new FakeUpstreamSession(), "u"), null, Door.Bound, silence, services);

        await Assert.ThrowsAsync<UpstreamException>(async () => await relay.RunAsync(new TooManyRequests(length)));

        Assert.Equal((200, 0, 0, false), (http.Response.StatusCode, http.Response.Headers.RetryAfter.Count, http.Response.Headers.WWWAuthenticate.Count, http.Response.HasStarted));
    }

    /// <summary>429, of whose body nothing comes, or the beginning of one that said how long it would be.</summary>
    private sealed class TooManyRequests(long? length) : UpstreamReply
    {
        public override ReplyKind Kind => ReplyKind.HttpError;

        public override int Status => 429;

        public override string RetryAfter => "60";

        public override string WwwAuthenticate => "Bearer";

        public override long? Length => length;

        public override Stream Body { get; } = new Cut(length is null ? "" : "Too many");

        public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<SseFrame>();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Cut(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is > 0 and var read
                ? read
                : throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "cut"));
    }
}
