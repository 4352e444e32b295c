using System.Text.Json;
using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Sessions;

namespace EdgeGateway.TestUpstreams.Http;

/// <summary>What a client says without asking: notifications, and its responses to what it was asked.</summary>
internal static class Notices
{
    public static void Receive(TestUpstream upstream, Session? session, IncomingMessage message)
    {
        if (message.Method is null)
        {
            if (session?.TryAnswer(message.RawId!, message.Whole) != true)
            {
                upstream.Recorded.StrayResponse();
            }
        }
        else if (session is not null)
        {
            Notify(upstream, session, message);
        }
    }

    private static void Notify(TestUpstream upstream, Session session, IncomingMessage message)
    {
        switch (message.Method)
        {
            case "notifications/initialized":
                session.Initialized = true;
                break;
            case "notifications/cancelled"
                when message.Params.ValueKind == JsonValueKind.Object
                && message.Params.TryGetProperty("requestId", out var id)
                && session.InFlight.TryGetValue(id.GetRawText(), out var running):
                upstream.Recorded.Cancelled(id.GetRawText());
                running.Cancel();
                break;
        }
    }
}
