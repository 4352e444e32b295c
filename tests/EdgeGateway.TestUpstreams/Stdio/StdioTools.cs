using System.Collections;
using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeGateway.TestUpstreams.Messages;

namespace EdgeGateway.TestUpstreams.Stdio;

/// <summary>What the stdio server can do: each tool shows one thing a process can do to its client.</summary>
internal sealed class StdioTools(string[] args, StdioOutput output)
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<JsonObject> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Read and written under the lock: calls that wait until all who are to come are there.
    private readonly List<TaskCompletionSource> _meeting = [];
    private readonly Lock _lock = new();

    // Written by calls (Interlocked).
    private int _count;

    public static IReadOnlyList<string> Names { get; } =
        ["echo", "count", "args", "env", "pid", "progress", "log", "changed", "ask", "hold", "release", "die", "say", "mutter", "child", "long", "meet"];

    /// <summary>The result of tools/list.</summary>
    public static string List { get; } =
        $$"""{"tools":[{{string.Join(',', Names.Select(name => $"{{\"name\":\"{name}\",\"inputSchema\":{{\"type\":\"object\"}}}}"))}}]}""";

    /// <summary>A response to the one question this server asks.</summary>
    public void Answered(JsonObject response) => _answer.TrySetResult(response);

    public async Task CallAsync(string id, JsonObject call)
    {
        output.Write(Wire.Result(id, Wire.Text(await TextAsync(call))));
    }

    /// <summary>What a tool answers, in its own words.</summary>
    public Task<string> TextAsync(JsonObject call) =>
        RunAsync((string)call["name"]!, call["arguments"]?.AsObject() ?? [], call["_meta"]?["progressToken"]?.ToJsonString());

    private async Task<string> RunAsync(string tool, JsonObject arguments, string? token)
    {
        var text = (string?)arguments["text"] ?? "";
        var times = (int?)arguments["times"] ?? 1;
        switch (tool)
        {
            case "echo":
                return text;
            case "count":
                return Interlocked.Increment(ref _count).ToString(System.Globalization.CultureInfo.InvariantCulture);
            case "args":
                return string.Join('\n', args);
            case "env":
                return string.Join('\n', Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => $"{variable.Key}={variable.Value}"));
            case "pid":
                return $"{Environment.ProcessId}";
            case "progress":
                for (var step = 1; step <= times; step++)
                {
                    output.Write(Wire.Notification("notifications/progress", $$"""{"progressToken":{{token}},"progress":{{step}}}"""));
                }

                return "done";
            case "log":
                output.Write(Wire.Notification("notifications/message", $$"""{"level":"info","data":{{Wire.Quote(text)}}}"""));
                return "logged";
            case "changed":
                output.Write(Wire.Notification("notifications/tools/list_changed", "{}"));
                return "changed";
            case "ask":
                output.Write(Wire.Request("\"q-1\"", "elicitation/create", """{"message":"who?","requestedSchema":{"type":"object","properties":{} } }"""));
                return (await _answer.Task).ToJsonString();
            case "hold":
                await _released.Task;
                return "held";
            case "release":
                _released.TrySetResult();
                return "released";
            case "die":
                Environment.Exit(7);
                return "";
            case "say":
                output.Write(text);
                return "said";
            case "mutter":
                for (var line = 1; line <= times; line++)
                {
                    await Console.Error.WriteLineAsync(times == 1 ? text : $"{text} {line}");
                }

                return "muttered";
            case "child":
                return $"{Process.Start(new ProcessStartInfo("sleep", ["3600"]))!.Id}";
            case "meet":
                await MeetAsync(times);
                output.Write(Wire.Notification("notifications/progress", $$"""{"progressToken":{{token}},"progress":1,"message":{{Wire.Quote(text)}}}"""));
                await MeetAsync(times); // nobody answers before all have told how far they are
                return text;
            case "long":
                return new string('x', times);
            default:
                return $"no tool {tool}";
        }
    }

    /// <summary>All go on when the last one is there.</summary>
    private Task MeetAsync(int count)
    {
        lock (_lock)
        {
            var here = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _meeting.Add(here);
            if (_meeting.Count == count)
            {
                foreach (var one in _meeting)
                {
                    one.SetResult();
                }

                _meeting.Clear();
            }

            return here.Task;
        }
    }
}
