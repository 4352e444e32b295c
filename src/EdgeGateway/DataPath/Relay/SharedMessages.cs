using EdgeGateway.DataPath.Acquire;
using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Notifications and responses of a client whose requests' ids were rewritten.</summary>
internal static class SharedMessages
{
    /// <summary>
    /// notifications/cancelled for one of the client's own requests, under the id it has upstream. Sent on the session the request
    /// runs on, so that nobody else's request can be meant.
    /// </summary>
    public static async Task CancelAsync(Exchange x, ClientSession client, RelayServices services)
    {
        if (x.Envelope.CancelledId.Exists && client.InFlight.Find(x.Envelope.CancelledId.Of(x.Message.Span)) is { } request)
        {
            if (request.Cancel is { } cancel)
            {
                cancel();
                await x.AnswerAccepted();
                return;
            }

            var message = new System.Buffers.ArrayBufferWriter<byte>();
            MessageSplice.Write(message, x.Message.Span, x.Envelope.CancelledId, request.UpstreamId.Span);
            await SideMessages.SendAsync(request.Upstream.Session, message.WrittenMemory, x.UpstreamHeaders, services);
        }

        await x.AnswerAccepted();
    }
}
