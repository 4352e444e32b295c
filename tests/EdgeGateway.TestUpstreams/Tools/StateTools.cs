using System.Globalization;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>Tools with state per session: they show when two clients share a session they must not share.</summary>
internal static class StateTools
{
    public static IReadOnlyList<Tool> All { get; } =
    [
        new("counter_increment", "Adds one to this session's counter and tells it.", call => Number(call.Session.Increment()))
        {
            NeedsSession = true,
        },
        new("counter_get", "Tells this session's counter.", call => Number(call.Session.Counter)) { NeedsSession = true },
        new("remember", "Keeps a text for this session.", Remember)
        {
            NeedsSession = true,
            Arguments = [("key", "string"), ("text", "string")],
        },
        new("recall", "Tells what this session was told to remember, or (nothing).", Recall)
        {
            NeedsSession = true,
            Arguments = [("key", "string")],
        },
    ];

    private static Task<string> Number(int value) => Task.FromResult(Wire.Text(value.ToString(CultureInfo.InvariantCulture)));

    private static Task<string> Remember(ToolCall call)
    {
        call.Session.Memory[call.Text("key")] = call.Text("text");
        return Task.FromResult(Wire.Text("remembered"));
    }

    private static Task<string> Recall(ToolCall call) =>
        Task.FromResult(Wire.Text(call.Session.Memory.GetValueOrDefault(call.Text("key"), "(nothing)")));
}
