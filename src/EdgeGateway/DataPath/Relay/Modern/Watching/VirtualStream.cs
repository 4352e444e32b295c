using System.Buffers;
using System.Text;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Listen;
using EdgeGateway.DataPath.Record;
using EdgeGateway.DataPath.Relay.Modern.Caching;
using EdgeGateway.DataPath.Route;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>The GET stream of a legacy client whose upstream has no sessions: one subscriptions/listen, begun anew when the client subscribes to more (protocol.md section 3).</summary>
internal sealed class VirtualStream(HttpContext http, ClientSession client, PooledUpstream upstream, IReadOnlyList<KeyValuePair<string, string>> headers, ServerRoute route, RelayServices services, CancellationToken drainBegun)
{
    private static readonly IReadOnlyList<KeyValuePair<string, string>> Method = [new(McpHeaders.Method, "subscriptions/listen")];

    /// <summary>A server that ends its stream at once is not asked in a loop.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task RunAsync()
    {
        await EventStream.BeginAsync(http);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, drainBegun);
        while (!ends.IsCancellationRequested)
        {
            using var changed = client.Subscriptions.UntilChanged();
            using var stops = CancellationTokenSource.CreateLinkedTokenSource(ends.Token, changed.Token);
            try
            {
                await ListenAsync(stops.Token);
                await Task.Delay(Pause, services.Clock, stops.Token);
            }
            catch (OperationCanceledException) when (stops.IsCancellationRequested)
            {
                // Something else is wanted now, or nothing any more.
            }
            catch (UpstreamException lost)
            {
                services.Log.UpstreamFailed(route.Server.Name, lost.Fault.Reason, lost.Fault.Cause);
                return; // the client opens its stream anew
            }
        }
    }

    private async Task ListenAsync(CancellationToken stopped)
    {
        await using var reply = await upstream.Session.PostAsync(Request(), [.. headers, .. Method], stopped);
        if (reply.Kind == ReplyKind.SessionGone)
        {
            throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, "The upstream's process has ended."));
        }

        if (reply.Kind == ReplyKind.Fault)
        {
            throw new UpstreamException(reply.Fault!);
        }

        if (reply is { Kind: ReplyKind.HttpError, Status: StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError })
        {
            throw new UpstreamException(new UpstreamFault(UpstreamFaultKind.ConnectionLost, $"The upstream answered {reply.Status}."));
        }

        if (reply.Kind != ReplyKind.Events)
        {
            // The server has nothing to tell: the stream stays, as a legacy server's would.
            await Task.Delay(Timeout.InfiniteTimeSpan, services.Clock, stopped);
        }

        await foreach (var frame in EventStream.ReadAsync(reply, http, services.Clock, stopped))
        {
            if (!frame.Data.IsEmpty
                && Envelope.Read(frame.Data.Span, out var envelope) == EnvelopeError.None
                && envelope.Kind == MessageKind.Notification
                && AnswerVersion.IsOutdatedBy(envelope.Method))
            {
                route.Answers.Outdate();
                await EventStream.WriteAsync(http, new SseFrame(null, frame.Data, null, null));
            }
        }
    }

    private ReadOnlyMemory<byte> Request()
    {
        var output = new ArrayBufferWriter<byte>(512);
        output.Write("{\"jsonrpc\":\"2.0\",\"id\":"u8);
        output.Write(GatewayId.Next());
        output.Write(",\"method\":\"subscriptions/listen\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\""u8);
        output.Write(Encoding.ASCII.GetBytes(ProtocolVersions.NewestModern));
        output.Write("\",\"io.modelcontextprotocol/clientCapabilities\":{}},\"notifications\":{\"toolsListChanged\":true,\"promptsListChanged\":true,\"resourcesListChanged\":true"u8);
        var uris = client.Subscriptions.Uris;
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
