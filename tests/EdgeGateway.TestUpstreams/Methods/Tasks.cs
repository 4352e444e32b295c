using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>Calls that run as a task (2025-11-25, Tasks): a task is known to the session that began it, and to no other. It works until it is cancelled.</summary>
internal static class Tasks
{
    public static bool IsWanted(MethodCall call) => call.Session is not null && call.Message.Params.TryGetProperty("task", out _);

    public static string Begin(MethodCall call)
    {
        var id = $"task-{call.Session!.ShortHash}-{call.Session.Increment()}";
        call.Session.Tasks[id] = "working";
        return $$"""{"task":{{Describe(id, "working")}}}""";
    }

    public static string Get(MethodCall call)
    {
        var (id, status) = Find(call);
        return Describe(id, status);
    }

    public static string Cancel(MethodCall call)
    {
        var (id, _) = Find(call);
        call.Session!.Tasks[id] = "cancelled";
        return Describe(id, "cancelled");
    }

    private static (string Id, string Status) Find(MethodCall call) =>
        call.Message.Text("taskId") is { } id && call.Session?.Tasks.TryGetValue(id, out var status) == true
            ? (id, status)
            : throw new McpErrorException(Wire.InvalidParams, "Failed to retrieve task: Task not found");

    private static string Describe(string id, string status) =>
        $$"""{"taskId":"{{id}}","status":"{{status}}","createdAt":"2025-11-25T00:00:00Z","lastUpdatedAt":"2025-11-25T00:00:00Z","ttl":60000}""";
}
