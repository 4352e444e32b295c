using System.Text;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.Tests.DataPath;

/// <summary>An upstream session that answers as one test says.</summary>
internal sealed class FakeUpstreamSession : UpstreamSession
{
    private static readonly byte[] NoResult = "{}"u8.ToArray();

    /// <summary>What is answered to a message.</summary>
    public Func<string, CancellationToken, Task<UpstreamReply>> OnPost { get; init; } = (_, _) => Task.FromResult<UpstreamReply>(new FakeReply(ReplyKind.Accepted));

    /// <summary>What is answered to each GET.</summary>
    public Func<CancellationToken, Task<UpstreamReply>> OnOpenStream { get; init; } = _ => Task.FromResult<UpstreamReply>(new FakeReply(ReplyKind.HttpError, 405));

    public bool IsClosed { get; private set; }

    public override string? SessionId => "fake";

    public override string ProtocolVersion => "2025-11-25";

    public override ReadOnlyMemory<byte> InitializeResult => NoResult;

    public override bool IsStateful => true;

    public override async ValueTask<UpstreamReply> PostAsync(ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) =>
        await OnPost(Encoding.UTF8.GetString(message.Span), cancellationToken);

    public override async ValueTask<UpstreamReply> OpenStreamAsync(string? lastEventId, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) =>
        await OnOpenStream(cancellationToken);

    public override ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken) => new(ReplyKind.Json);

    public override ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }
}

/// <summary>An answer without a body; one of events says these and stays open.</summary>
internal sealed class FakeReply(ReplyKind kind, int status = 200, params string[] events) : UpstreamReply
{
    public override ReplyKind Kind => kind;

    public override int Status => status;

    public override Stream Body => Stream.Null;

    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var message in events)
        {
            yield return new SseFrame(null, Encoding.UTF8.GetBytes(message), null, null);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
