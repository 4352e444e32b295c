using System.Globalization;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>Tools that take their time.</summary>
internal static class SlowTools
{
    public static IReadOnlyList<Tool> All { get; } =
    [
        new("slow", "Waits for the test to open the gate, or for so many milliseconds.", SlowAsync) { Arguments = [("ms", "integer")] },
        new("sse_progress", "Reports progress by SSE, then answers. With wait, stands at the gate before the answer.", ProgressAsync)
        {
            Streams = true,
            NeedsSession = true,
            Arguments = [("steps", "integer"), ("wait", "boolean"), ("disconnect", "boolean")],
        },
    ];

    private static async Task<string> SlowAsync(ToolCall call)
    {
        await WaitAsync(call, call.Number("ms", -1));
        return Wire.Text("done");
    }

    private static async Task<string> ProgressAsync(ToolCall call)
    {
        var steps = call.Number("steps", 3);
        for (var step = 1; step <= steps; step++)
        {
            if (call.Message.ProgressToken is { } token)
            {
                call.Stream.Append(Wire.Notification(
                    "notifications/progress",
                    string.Create(CultureInfo.InvariantCulture, $$"""{"progressToken":{{token}},"progress":{{step}},"total":{{steps}},"message":"step {{step}}"}""")));
            }
        }

        if (call.Flag("disconnect"))
        {
            call.Stream.Detach();
        }

        if (call.Flag("wait"))
        {
            await call.Upstream.Gate.PassAsync(call.Cancelled);
        }

        return Wire.Text("progressed");
    }

    private static Task WaitAsync(ToolCall call, int milliseconds) =>
        milliseconds < 0
            ? call.Upstream.Gate.PassAsync(call.Cancelled)
            : Task.Delay(TimeSpan.FromMilliseconds(milliseconds), call.Upstream.Options.Clock, call.Cancelled);
}
