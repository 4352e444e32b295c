using EdgeGateway.TestUpstreams.Messages;
using EdgeGateway.TestUpstreams.Tools;

namespace EdgeGateway.TestUpstreams.Methods;

/// <summary>Requests and what answers them: each handler returns the raw JSON of the result, or throws <see cref="McpErrorException"/>.</summary>
internal static class Dispatcher
{
    /// <returns>The whole response, or null when the request was cancelled: a cancelled request gets none.</returns>
    public static async Task<string?> AnswerAsync(MethodCall call)
    {
        var rawId = call.Message.RawId!;
        try
        {
            return Wire.Result(rawId, await ResultAsync(call));
        }
        catch (McpErrorException error)
        {
            return Wire.Error(rawId, error.Code, error.Message);
        }
        catch (OperationCanceledException) when (call.Cancelled.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Task<string> ResultAsync(MethodCall call) => call.Message.Method switch
    {
        "ping" => Task.FromResult("{}"),
        "tools/list" => Task.FromResult(Lists.Tools(call)),
        "tools/call" => Tasks.IsWanted(call) ? Task.FromResult(Tasks.Begin(call)) : ToolAsync(call),
        "tasks/get" => Task.FromResult(Tasks.Get(call)),
        "tasks/cancel" => Task.FromResult(Tasks.Cancel(call)),
        "resources/list" => Task.FromResult(Lists.Resources(call)),
        "resources/templates/list" => Task.FromResult(Lists.ResourceTemplates(call)),
        "resources/read" => Task.FromResult(Resources.Read(call)),
        "resources/subscribe" => Task.FromResult(Resources.Subscribe(call)),
        "resources/unsubscribe" => Task.FromResult(Resources.Unsubscribe(call)),
        "prompts/list" => Task.FromResult(Lists.Prompts(call)),
        "prompts/get" => Task.FromResult(Prompts.Get(call)),
        "completion/complete" => Task.FromResult(Prompts.Complete(call)),
        "logging/setLevel" => Task.FromResult(Logging.SetLevel(call)),
        "test/echo_params" => Task.FromResult(call.Message.Params.GetRawText()),
        _ => throw new McpErrorException(Wire.MethodNotFound, $"Method not found: {call.Message.Method}"),
    };

    private static Task<string> ToolAsync(MethodCall call)
    {
        var tool = ToolTable.Find(call.Upstream.Options.Kind, call.Message.Text("name"))
            ?? throw new McpErrorException(Wire.InvalidParams, $"Unknown tool: {call.Message.Text("name")}");
        return tool.RunAsync(new ToolCall(call.Upstream, call.Session, call.Stream, call.Message, call.Headers, call.Cancelled));
    }
}
