using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Relay;
using EdgeGateway.DataPath.Release;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeGateway.Tests.DataPath;

/// <summary>Answers that cannot be passed on. One that breaks before anything of it was leaves nothing behind for the next try's.</summary>
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

    [Theory]
    [InlineData(null)]
    [InlineData(8L)]
    public async Task What_comes_for_a_client_that_left_is_read_and_not_written(long? length)
    {
        var client = new CountingResponse();
        var http = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        http.Features.Set<IHttpResponseBodyFeature>(client);
        var x = await TestExchange.OfAsync(http, """{"jsonrpc":"2.0","id":1,"method":"tools/list"}"""u8.ToArray());
        var services = new RelayServices(TimeProvider.System, NullLogger.Instance);
        using var silence = services.Silence.Rent(TimeSpan.FromMinutes(1));
        var relay = new ReplyRelay(x, new PooledUpstream(new FakeUpstreamSession(), "u"), null, Door.Bound, silence, services);
        using var body = new MemoryStream("{\"a\":12}"u8.ToArray());

        var attempt = await relay.RunAsync(new Answer(length, body));

        Assert.Equal((AttemptEnd.Answered, body.Length, 0, 0), (attempt.End, body.Position, client.Sends, client.WrittenCount));
    }

    private sealed class Answer(long? length, Stream body) : UpstreamReply
    {
        public override ReplyKind Kind => ReplyKind.Json;

        public override long? Length => length;

        public override Stream Body => body;

        public override IAsyncEnumerable<SseFrame> ReadEventsAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<SseFrame>();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
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
