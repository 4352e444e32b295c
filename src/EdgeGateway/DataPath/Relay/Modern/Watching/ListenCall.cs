using System.Buffers;
using EdgeGateway.Lifecycle;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;
using EdgeGateway.Pooling;

namespace EdgeGateway.DataPath.Relay.Modern.Watching;

/// <summary>subscriptions/listen for a legacy server: a stream of what its watcher hears, each message tagged with the subscription (2026-07-28, Subscriptions).</summary>
internal sealed class ListenCall(Exchange x, Caller caller, Watchers watchers, ReadyState ready, RelayServices services)
{
    public async Task RunAsync(ReadOnlyMemory<byte> capabilities)
    {
        var (watcher, refused) = await watchers.JoinAsync(x.Route, caller, x.UpstreamHeaders, x.Http.RequestAborted);
        if (refused is not null)
        {
            await x.Answer(refused);
            return;
        }

        var filter = NotificationFilter.Agree(JsonMembers.Find(x.Envelope.Params.Of(x.Message.Span), "notifications"u8), watcher is null ? default : capabilities.Span);
        var heard = new HeardMessages();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(x.Http.RequestAborted, ready.DrainBegun, watcher?.Ended ?? CancellationToken.None);
        try
        {
            if (watcher is not null)
            {
                await watcher.ChangeAsync(null, filter, heard.Writer);
            }

            await EventStream.BeginAsync(x.Http);
            await WriteAsync(Acknowledged(filter));
            await heard.RelayAsync(x.Http, message => WriteAsync(Tagged(message)), services.Clock, ends.Token);
        }
        finally
        {
            if (watcher is not null)
            {
                await watcher.ChangeAsync(filter, null, heard.Writer);
                watchers.Leave(watcher);
            }
        }

        // The server's side ended it: that is said, so that the client knows it from a broken line.
        await WriteAsync(Completed());
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> message) => EventStream.WriteAsync(x.Http, new SseFrame(null, message, null, null));

    /// <summary>With the subscription's id in <c>params._meta</c>; what stands there already stays.</summary>
    private ReadOnlyMemory<byte> Tagged(ReadOnlyMemory<byte> message)
    {
        Envelope.Read(message.Span, out var envelope);
        var parameters = new ArrayBufferWriter<byte>(128);
        parameters.Write("{\"_meta\":{"u8);
        WriteId(parameters);
        var raw = envelope.Params.Of(message.Span);
        Append(parameters, JsonMembers.Find(raw, "_meta"u8), default);
        parameters.Write("}"u8);
        Append(parameters, raw, "_meta"u8);
        parameters.Write("}"u8);
        var output = new ArrayBufferWriter<byte>(message.Length + 128);
        if (envelope.Params.Exists)
        {
            MessageSplice.Write(output, message.Span, envelope.Params, parameters.WrittenSpan);
            return output.WrittenMemory;
        }

        output.Write(message.Span[..message.Span.LastIndexOf((byte)'}')]);
        output.Write(",\"params\":"u8);
        output.Write(parameters.WrittenSpan);
        output.Write("}"u8);
        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Acknowledged(NotificationFilter filter)
    {
        var output = new ArrayBufferWriter<byte>(256);
        output.Write("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":{\"_meta\":{"u8);
        WriteId(output);
        output.Write("},\"notifications\":"u8);
        filter.Write(output);
        output.Write("}}"u8);
        return output.WrittenMemory;
    }

    private ReadOnlyMemory<byte> Completed()
    {
        var result = new ArrayBufferWriter<byte>(128);
        result.Write("{\"resultType\":\"complete\",\"_meta\":{"u8);
        WriteId(result);
        result.Write("}}"u8);
        var output = new ArrayBufferWriter<byte>(192);
        JsonRpcResult.Write(output, x.ClientId.Span, result.WrittenSpan);
        return output.WrittenMemory;
    }

    private void WriteId(ArrayBufferWriter<byte> output)
    {
        output.Write("\"io.modelcontextprotocol/subscriptionId\":"u8);
        output.Write(x.ClientId.Span);
    }

    private static void Append(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> json, ReadOnlySpan<byte> except)
    {
        if (json.IsEmpty)
        {
            return;
        }

        for (var members = new JsonMembers(json); members.Next();)
        {
            if (except.IsEmpty || !members.Is(except))
            {
                output.Write(","u8);
                output.Write(members.RawName);
                output.Write(":"u8);
                output.Write(members.Value);
            }
        }
    }
}
