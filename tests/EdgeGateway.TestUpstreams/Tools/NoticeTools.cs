using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>Tools that make the server send notifications.</summary>
internal static class NoticeTools
{
    private static readonly string[] LogLevels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    public static IReadOnlyList<Tool> All { get; } =
    [
        new("log", "Logs one message at each level; the session's level decides which are sent.", Log)
        {
            Streams = true,
            NeedsSession = true,
            Arguments = [("text", "string")],
        },
        new("touch", "Marks a resource as updated: who subscribed to it hears of it on the GET stream.", Touch)
        {
            NeedsSession = true,
            Arguments = [("uri", "string")],
        },
        new("announce", "Sends list_changed for tools, prompts or resources to every session's GET stream.", Announce)
        {
            NeedsSession = true,
            Arguments = [("list", "string")],
        },
    ];

    private static Task<string> Log(ToolCall call)
    {
        foreach (var level in LogLevels.Skip(Array.IndexOf(LogLevels, call.Session.LogLevel)))
        {
            call.Stream.Append(Wire.Notification(
                "notifications/message",
                $$"""{"level":"{{level}}","logger":"test","data":{{Wire.Quote(call.Text("text", "hello"))}}}"""));
        }

        return Task.FromResult(Wire.Text("logged"));
    }

    private static Task<string> Touch(ToolCall call)
    {
        call.Upstream.Touch(call.Text("uri", "test://counter"));
        return Task.FromResult(Wire.Text("touched"));
    }

    private static Task<string> Announce(ToolCall call)
    {
        call.Upstream.AnnounceListChanged(call.Text("list", "tools"));
        return Task.FromResult(Wire.Text("announced"));
    }
}
