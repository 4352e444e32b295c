using System.Buffers;
using System.Text.Json;
using EdgeGateway.DataPath.Acquire;
using EdgeGateway.DataPath.Record;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Upstream;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Messages the gateway sends upstream of its own accord, beside the client's.</summary>
internal static class SideMessages
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Half of the time that a pool gives the end of a session.</summary>
    private static readonly TimeSpan HoldsUpClose = TimeSpan.FromSeconds(1);

    private static ReadOnlyMemory<byte> Initialized { get; } = """{"jsonrpc":"2.0","method":"notifications/initialized"}"""u8.ToArray();

    public static ReadOnlyMemory<byte> EmptyResult { get; } = "{}"u8.ToArray();

    /// <summary>notifications/cancelled for the request with this raw id.</summary>
    public static ReadOnlyMemory<byte> Cancelled(ReadOnlySpan<byte> requestId, string reason)
    {
        var output = new ArrayBufferWriter<byte>(160);
        output.Write("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"""u8);
        output.Write(requestId);
        output.Write(",\"reason\":\""u8);
        output.Write(JsonEncodedText.Encode(reason).EncodedUtf8Bytes);
        output.Write("\"}}"u8);
        return output.WrittenMemory;
    }

    /// <summary>The answer to a request of the server that has no client to go to.</summary>
    public static ReadOnlyMemory<byte> Refusal(ReadOnlySpan<byte> id)
    {
        var output = new ArrayBufferWriter<byte>(160);
        JsonRpcError.Write(output, id, JsonRpcError.MethodNotFound, "This session is shared: there is no client to ask.");
        return output.WrittenMemory;
    }

    /// <summary>The answer to a ping of the server.</summary>
    public static ReadOnlyMemory<byte> Pong(ReadOnlySpan<byte> id)
    {
        var output = new ArrayBufferWriter<byte>(64);
        JsonRpcResult.Write(output, id, EmptyResult.Span);
        return output.WrittenMemory;
    }

    /// <summary>notifications/initialized, unless somebody else saw to it.</summary>
    public static async ValueTask SendInitializedAsync(UpstreamSession session, IReadOnlyList<KeyValuePair<string, string>> headers, RelayServices services)
    {
        if (session.TryClaimInitialized())
        {
            await SendAsync(session, Initialized, headers, services);
            session.ConfirmInitialized();
        }
    }

    /// <summary>Tells the server that a request was given up. Nobody waits for it but the end of the session, which would overtake it.</summary>
    public static void SendCancelled(PooledUpstream upstream, ReadOnlySpan<byte> requestId, string reason, IReadOnlyList<KeyValuePair<string, string>> headers, RelayServices services)
    {
        var sending = SendAsync(upstream.Session, Cancelled(requestId, reason), headers, services);
        upstream.CloseAfter(WithinAsync(sending, services.Clock));
    }

    private static async Task WithinAsync(Task sending, TimeProvider clock) =>
        await sending.WaitAsync(HoldsUpClose, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Sends one and does not care for the answer: it must not hold up or fail the client's own request.</summary>
    public static async Task SendAsync(UpstreamSession session, ReadOnlyMemory<byte> message, IReadOnlyList<KeyValuePair<string, string>> headers, RelayServices services)
    {
        using var timeout = new CancellationTokenSource(SendTimeout, services.Clock);
        try
        {
            await using var reply = await session.PostAsync(message, headers, timeout.Token);
            if (reply.Kind is ReplyKind.Fault)
            {
                services.Log.SideMessageLost(reply.Fault!.Reason);
            }
        }
        catch (OperationCanceledException)
        {
            services.Log.SideMessageLost("timeout");
        }
    }
}
