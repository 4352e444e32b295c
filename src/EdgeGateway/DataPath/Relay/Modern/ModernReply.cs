using System.Buffers;
using EdgeGateway.Mcp.Eras;
using EdgeGateway.Mcp.JsonRpc;
using EdgeGateway.Mcp.Sse;

namespace EdgeGateway.DataPath.Relay.Modern;

/// <summary>One answer to a modern client: a JSON body, or events that end with it once something else had to be said first.</summary>
internal sealed class ModernReply(Exchange x)
{
    private bool _isStream;

    /// <summary>Whether anything was sent: then its status stands.</summary>
    public bool HasBegun => _isStream;

    /// <summary>Something before the answer: progress, a log message.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> notification)
    {
        if (!_isStream)
        {
            _isStream = true;
            await EventStream.BeginAsync(x.Http);
        }

        await EventStream.WriteAsync(x.Http, new SseFrame(null, notification, null, null));
    }

    public ValueTask KeepAliveAsync() => _isStream ? EventStream.KeepAliveAsync(x.Http) : default;

    /// <summary>The answer, whole.</summary>
    /// <param name="status">Where it is a body.</param>
    /// <param name="message">A JSON-RPC response.</param>
    public async ValueTask EndAsync(int status, ReadOnlyMemory<byte> message)
    {
        if (x.ClientGone)
        {
            return;
        }

        if (_isStream)
        {
            await EventStream.WriteAsync(x.Http, new SseFrame(null, message, null, null));
            return;
        }

        x.Http.Response.StatusCode = status;
        x.Http.Response.ContentType = "application/json";
        x.Http.Response.BodyWriter.Write(message.Span);
        await x.Http.Response.BodyWriter.FlushAsync();
    }

    public async ValueTask EndAsync(RelayError error)
    {
        if (!_isStream)
        {
            await x.Answer(error);
            return;
        }

        var output = new ArrayBufferWriter<byte>();
        JsonRpcError.Write(output, x.ClientId.Span, error.Code, error.Message, error.Reason, error.Data.Span);
        await EndAsync(error.Status, output.WrittenMemory);
    }

    /// <summary>A legacy server's response, in the client's words.</summary>
    public ValueTask EndAsync(ReadOnlyMemory<byte> message, in Envelope envelope, ReadOnlySpan<byte> serverInfo)
    {
        var output = new ArrayBufferWriter<byte>(message.Length + 256);
        LegacyToModern.WriteResponse(output, message.Span, envelope, x.ClientId.Span, IsCacheable(x.Envelope.Method), serverInfo);
        return EndAsync(envelope.Error.Exists ? LegacyToModern.StatusOf(envelope.Error.Of(message.Span)) : StatusCodes.Status200OK, output.WrittenMemory);
    }

    public static bool IsCacheable(McpMethod method) =>
        method is McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList or McpMethod.ResourcesRead;
}
