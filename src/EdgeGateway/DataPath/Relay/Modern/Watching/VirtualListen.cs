using System.Buffers;
using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>One subscriptions/listen for a client that knows none (2026-07-28, Subscriptions), until it is left.</summary>
internal sealed class VirtualListen : IAsyncDisposable
{
    private static readonly IReadOnlyList<KeyValuePair<string, string>> Method = [new(McpHeaders.Method, "subscriptions/listen")];

    private readonly TaskCompletionSource _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _left = new();
    private readonly Action _outdate;
    private readonly Succession _heard;

    /// <param name="upstream">Who is asked.</param>
    /// <param name="uris">Of the resources to hear of, raw JSON strings.</param>
    /// <param name="headers">Of the client's own, to be sent upstream.</param>
    /// <param name="outdate">Answers that were kept are no longer true. Comes before the client hears of it.</param>
    /// <param name="heard">Told of what is heard; begun when the server has acknowledged.</param>
    /// <param name="clock">Of the services.</param>
    public VirtualListen(
        PooledUpstream upstream,
        IReadOnlyCollection<string> uris,
        IReadOnlyList<KeyValuePair<string, string>> headers,
        Action outdate,
        Succession heard,
        TimeProvider clock)
    {
        (_outdate, _heard) = (outdate, heard);
        Ended = RunAsync(upstream.Session, Request(uris), [.. headers, .. Method], clock);
    }

    /// <summary>Completes when the server knows what is wanted, or never will.</summary>
    public Task Acknowledged => _acknowledged.Task;

    /// <summary>Completes when the server ends it or it was left. Fails with <see cref="UpstreamException"/> when the server is lost.</summary>
    public Task Ended { get; }

    /// <summary>Leaves it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _left.Dispose();
    }

    private async Task RunAsync(UpstreamSession session, ReadOnlyMemory<byte> request, IReadOnlyList<KeyValuePair<string, string>> headers, TimeProvider clock)
    {
        try
        {
            await using var reply = await session.PostAsync(request, headers, _left.Token);
            if (FaultOf(reply) is { } fault)
            {
                throw new UpstreamException(fault);
            }

            if (reply.Kind != ReplyKind.Events)
            {
                // The server has nothing to tell: the client's stream stays, as a legacy server's would.
                _acknowledged.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, _left.Token);
            }

            await foreach (var frame in reply.ReadEventsAsync(_left.Token))
            {
                if (!frame.Data.IsEmpty && Envelope.Read(frame.Data.Span, out var envelope) == EnvelopeError.None && envelope.Kind == MessageKind.Notification)
                {
                    Take(frame.Data, envelope);
                }
            }
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // Another one has taken its place, or the client has gone.
        }
        finally
        {
            _acknowledged.TrySetResult();
        }
    }

    private void Take(ReadOnlyMemory<byte> message, in Envelope envelope)
    {
        if (AnswerVersion.IsOutdatedBy(envelope.Method))
        {
            _outdate();
            var uri = JsonMembers.Find(envelope.Params.Of(message.Span), "uri"u8);
            _heard.Say(this, $"{envelope.Method} {(uri.StartsWith("\""u8) ? JsonText.Decode(uri) : "")}", message.ToArray());
        }
        else if (envelope.MethodName.Of(message.Span).SequenceEqual("\"notifications/subscriptions/acknowledged\""u8))
        {
            // Here and not by who waits for it: what is said next is heard at once.
            _heard.Begin(this);
            _acknowledged.TrySetResult();
        }
    }

    private static UpstreamFault? FaultOf(UpstreamReply reply) => reply switch
    {
        { Kind: ReplyKind.SessionGone } => new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream's process has ended."),
        { Kind: ReplyKind.Fault } => reply.Fault!,
        { Kind: ReplyKind.HttpError, Status: StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError } =>
            new UpstreamFault(UpstreamFaultKind.ConnectionLost, $"The upstream answered {reply.Status}."),
        _ => null,
    };

    private static ReadOnlyMemory<byte> Request(IReadOnlyCollection<string> uris)
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(GatewayId.Next());
        output.Write(",\"method\":\"subscriptions/listen\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(ProtocolVersions.NewestModern));
        output.Write("\",\"io.modelcontextprotocol/clientCapabilities\":{}},\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true"u8);
        if (uris.Count > 0)
        {
            output.Write(",\"resourceSubscriptions\":["u8);
            output.Write(Encoding.UTF8.GetBytes(string.Join(',', uris)));
            output.Write("]"u8);
        }

        output.Write("}}}"u8);
        return output.WrittenMemory;
    }
}
