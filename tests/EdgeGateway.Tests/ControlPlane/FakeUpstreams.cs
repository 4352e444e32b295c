using System.Collections.Concurrent;
using System.Text;
using EdgeGateway.ControlPlane.Servers;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;
using EdgeGateway.Pooling;
using Xunit;

namespace EdgeGateway.Tests.ControlPlane;

/// <summary>Upstreams without a network. What a test sets holds for handshakes that come after.</summary>
internal sealed class FakeUpstreams : IUpstreamOpenerFactory
{
    private int _sessions;

    /// <summary>Every definition an opener was made for.</summary>
    public ConcurrentQueue<ServerDefinition> Created { get; } = new();

    /// <summary>Sessions opened, as (server id, endpoint).</summary>
    public ConcurrentQueue<(string ServerId, int Endpoint)> Opened { get; } = new();

    public ConcurrentQueue<string> Closed { get; } = new();

    /// <summary>Makes the factory refuse, as it does for a certificate it cannot use.</summary>
    public string? RefuseToCreate { get; set; }

    /// <summary>Makes handshakes fail.</summary>
    public SessionOpenException? FailHandshakes { get; set; }

    /// <summary>Answers to tools/list, by cursor (empty for the first page).</summary>
    public Func<string, UpstreamReply> ToolsList { get; set; } = _ => FakeReply.Json("""{"jsonrpc":"2.0","id":"egw-inspection","result":{"tools":[{"name":"echo"}]}}""");

    public string InitializeResult { get; set; } =
        """{"protocolVersion":"2025-11-25","capabilities":{"tools":{"listChanged":true}},"serverInfo":{"name":"fake","version":"1.0"}}""";

    public ISessionOpener<PooledUpstream> Create(ServerDefinition server)
    {
        Created.Enqueue(server);
        return RefuseToCreate is { } why ? throw new SessionOpenException("upstream_tls", why) : new Opener(this, server);
    }

    private sealed class Opener(FakeUpstreams upstreams, ServerDefinition server) : ISessionOpener<PooledUpstream>
    {
        public ValueTask<PooledUpstream> OpenAsync(int endpoint, SessionClass sessionClass, Credential credential, CancellationToken cancellationToken)
        {
            if (upstreams.FailHandshakes is { } failure)
            {
                throw new SessionOpenException(failure.Reason, failure.Message);
            }

            upstreams.Opened.Enqueue((server.Id, endpoint));
            var id = $"s{Interlocked.Increment(ref upstreams._sessions)}";
            return ValueTask.FromResult(new PooledUpstream(new Session(upstreams, id), id));
        }
    }

    private sealed class Session(FakeUpstreams upstreams, string id) : UpstreamSession
    {
        public override string? SessionId => id;

        public override string ProtocolVersion => "2025-11-25";

        public override ReadOnlyMemory<byte> InitializeResult { get; } = Encoding.UTF8.GetBytes(upstreams.InitializeResult);

        public override bool IsStateful => true;

        public override ValueTask<UpstreamReply> PostAsync(
            ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
        {
            var request = System.Text.Json.JsonElement.Parse(message.Span);
            Assert.Equal("tools/list", request.GetProperty("method").GetString());
            var cursor = request.TryGetProperty("params", out var parameters) ? parameters.GetProperty("cursor").GetString()! : "";
            return ValueTask.FromResult(upstreams.ToolsList(cursor));
        }

        public override ValueTask<UpstreamReply> OpenStreamAsync(
            string? lastEventId, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken) =>
            ValueTask.FromResult<UpstreamReply>(new FakeReply(ReplyKind.HttpError));

        public override ValueTask<ReplyKind> PingAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ReplyKind.Json);

        public override ValueTask CloseAsync(CancellationToken cancellationToken)
        {
            upstreams.Closed.Enqueue(id);
            return ValueTask.CompletedTask;
        }
    }
}

internal sealed class FakeReply(ReplyKind kind, string body = "", UpstreamFault? fault = null, int status = 200) : UpstreamReply
{
    public override ReplyKind Kind => kind;

    public override int Status => status;

    public override UpstreamFault? Fault => fault;

    public override Stream Body { get; } = new MemoryStream(Encoding.UTF8.GetBytes(body));

    public static FakeReply Json(string body) => new(ReplyKind.Json, body);

    /// <summary>One event per line.</summary>
    public static FakeReply Events(string lines) => new(ReplyKind.Events, lines);

#pragma warning disable CS1998 // nothing to await in memory
    public override async IAsyncEnumerable<SseFrame> ReadEventsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return new SseFrame(null, Encoding.UTF8.GetBytes(line), null, null);
        }
    }
#pragma warning restore CS1998

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
