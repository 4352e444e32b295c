#pragma warning disable MCP9005 // sampling, roots and logging are deprecated in 2026-07-28; the legacy revisions live on them
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace EdgeGateway.Tests.Upstreams;

/// <summary>
/// What a real client does with a server. Each scenario opens a client of its own, returns a transcript, and runs the same against
/// an upstream and against the gateway in front of it.
/// </summary>
internal static class SdkScenarios
{
    public delegate Task<string> Scenario(McpTarget target, CancellationToken cancellationToken);

    /// <summary>Every scenario by name, for theories.</summary>
    public static IReadOnlyDictionary<string, Scenario> All { get; } = new Dictionary<string, Scenario>
    {
        ["initialize"] = InitializeAsync,
        ["lists"] = ListsAsync,
        ["lists of a client without capabilities"] = PlainListsAsync,
        ["call"] = CallAsync,
        ["errors"] = ErrorsAsync,
        ["progress"] = ProgressAsync,
        ["sampling"] = SamplingAsync,
        ["elicitation"] = ElicitationAsync,
        ["roots"] = RootsAsync,
        ["resources"] = ResourcesAsync,
        ["subscription"] = SubscriptionAsync,
        ["prompts"] = PromptsAsync,
        ["logging"] = LoggingAsync,
    };

    public static async Task<string> InitializeAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        await client.Mcp.PingAsync(cancellationToken: cancellationToken);
        return new Transcript()
            .Add("version", client.Mcp.NegotiatedProtocolVersion)
            .Add("server", client.Mcp.ServerInfo)
            .Add("capabilities", client.Mcp.ServerCapabilities)
            .Add("instructions", client.Mcp.ServerInstructions)
            .Add("has a session", client.Mcp.SessionId is not null ? "yes" : "no")
            .ToString();
    }

    public static async Task<string> ListsAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        return await ListAsync(client.Mcp, cancellationToken);
    }

    public static async Task<string> PlainListsAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectPlainAsync(target, cancellationToken);
        return await ListAsync(client.Mcp, cancellationToken);
    }

    public static async Task<string> CallAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var transcript = new Transcript();
        for (var i = 1; i <= 3; i++)
        {
            transcript.Add($"call {i}", await client.CallAsync(target.Dialect.Echo, cancellationToken));
        }

        return transcript.ToString();
    }

    public static async Task<string> ErrorsAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        return new Transcript()
            .Add("unknown tool", await OutcomeAsync(() => client.CallAsync(new ToolUse("no_such_tool", []), cancellationToken)))
            .Add("unknown prompt", await OutcomeAsync(() => client.Mcp.GetPromptAsync("no-such-prompt", cancellationToken: cancellationToken).AsTask()))
            .Add("unknown resource", await OutcomeAsync(() => client.Mcp.ReadResourceAsync("no://such/resource", cancellationToken: cancellationToken).AsTask()))
            .Add("unknown method", await OutcomeAsync(() =>
                client.Mcp.SendRequestAsync(new JsonRpcRequest { Method = "no/such_method" }, cancellationToken)))
            .ToString();
    }

    public static async Task<string> ProgressAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var reports = new Inbox<string>();

        // A handler of our own: the SDK's IProgress is unhooked when the result comes, and loses reports that are still being handled.
        await using var registration = client.Mcp.RegisterNotificationHandler(NotificationMethods.ProgressNotification, (report, _) =>
        {
            reports.Add(report.Params!.ToJsonString());
            return default;
        });
        var result = await client.Mcp.CallToolAsync(
            new CallToolRequestParams
            {
                Name = target.Dialect.Progress.Name,
                Arguments = target.Dialect.Progress.Arguments.ToDictionary(
                    argument => argument.Key,
                    argument => JsonSerializer.SerializeToElement(argument.Value)),
                Meta = new JsonObject { ["progressToken"] = "the client's own token" },
            },
            cancellationToken);
        var transcript = new Transcript().Add("progress", Sorted(await reports.TakeAsync(target.Dialect.ProgressSteps, cancellationToken)));
        return transcript.Add("result", result).ToString();
    }

    public static async Task<string> SamplingAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var result = await client.CallAsync(target.Dialect.Sampling, cancellationToken);
        return new Transcript().Add("asked", await client.Sampled.NextAsync(cancellationToken)).Add("result", result).ToString();
    }

    public static async Task<string> ElicitationAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var result = await client.CallAsync(target.Dialect.Elicitation, cancellationToken);
        return new Transcript().Add("asked", await client.Elicited.NextAsync(cancellationToken)).Add("result", result).ToString();
    }

    public static async Task<string> RootsAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        if (target.Dialect.AsksForRootsUnbidden)
        {
            await client.RootsAsked.NextAsync(cancellationToken);
            return new Transcript().Add("result", await client.CallAsync(target.Dialect.Roots, cancellationToken)).ToString();
        }

        var result = await client.CallAsync(target.Dialect.Roots, cancellationToken);
        return new Transcript().Add("asked", await client.RootsAsked.NextAsync(cancellationToken)).Add("result", result).ToString();
    }

    public static async Task<string> ResourcesAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        return new Transcript()
            .Add("read", await client.Mcp.ReadResourceAsync(target.Dialect.ResourceUri, cancellationToken: cancellationToken))
            .ToString();
    }

    public static async Task<string> SubscriptionAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var updates = new Inbox<string>();
        await using var registration = client.Mcp.RegisterNotificationHandler(NotificationMethods.ResourceUpdatedNotification, (update, _) =>
        {
            updates.Add(update.Params!.ToJsonString());
            return default;
        });
        await client.Mcp.SubscribeToResourceAsync(target.Dialect.ResourceUri, cancellationToken: cancellationToken);
        var touched = await client.CallAsync(target.Dialect.Touch, cancellationToken);
        var transcript = new Transcript()
            .Add("touched", touched)
            .Add("update", await updates.NextAsync(cancellationToken));
        await client.Mcp.UnsubscribeFromResourceAsync(target.Dialect.ResourceUri, cancellationToken: cancellationToken);
        return transcript.ToString();
    }

    public static async Task<string> PromptsAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var dialect = target.Dialect;
        return new Transcript()
            .Add("prompt", await client.Mcp.GetPromptAsync(dialect.PromptName, dialect.PromptArguments, cancellationToken: cancellationToken))
            .Add("completion", await client.Mcp.CompleteAsync(
                new PromptReference { Name = dialect.Completion.Prompt },
                dialect.Completion.Argument,
                dialect.Completion.Typed,
                cancellationToken: cancellationToken))
            .ToString();
    }

    /// <summary>What is logged at level info is seen at level debug; at level error it is not.</summary>
    public static async Task<string> LoggingAsync(McpTarget target, CancellationToken cancellationToken)
    {
        await using var client = await ScenarioClient.ConnectAsync(target, cancellationToken);
        var logs = new Inbox<string>();
        await using var registration = client.Mcp.RegisterNotificationHandler(NotificationMethods.LoggingMessageNotification, (log, _) =>
        {
            logs.Add(log.Params!.ToJsonString());
            return default;
        });
        var transcript = new Transcript();
        await client.Mcp.SetLoggingLevelAsync(LoggingLevel.Error, cancellationToken: cancellationToken);
        if (target.Dialect.Log is { } log)
        {
            await client.CallAsync(log, cancellationToken);
            transcript.Add("at error", Sorted(await logs.TakeAsync(4, cancellationToken)));
            await client.Mcp.SetLoggingLevelAsync(LoggingLevel.Debug, cancellationToken: cancellationToken);
            await client.CallAsync(log, cancellationToken);
            transcript.Add("at debug", Sorted(await logs.TakeAsync(8, cancellationToken)));
            return transcript.ToString();
        }

        // Silent at error; heard once the level is back at debug: the first message to come is of the second resource.
        await client.RootsAsked.NextAsync(cancellationToken);
        await client.Mcp.SubscribeToResourceAsync(target.Dialect.ResourceUri, cancellationToken: cancellationToken);
        await client.Mcp.SetLoggingLevelAsync(LoggingLevel.Debug, cancellationToken: cancellationToken);
        await client.Mcp.SubscribeToResourceAsync(target.Dialect.ResourceUri + "2", cancellationToken: cancellationToken);
        string heard;
        do
        {
            heard = await logs.NextAsync(cancellationToken);
        }
        while (heard.Contains("\"logger\":", StringComparison.Ordinal)); // of the roots, whose answer may reach the server before or after the level
        return transcript.Add("at debug", heard).ToString();
    }

    private static async Task<string> ListAsync(McpClient mcp, CancellationToken cancellationToken)
    {
        var tools = await mcp.ListToolsAsync(cancellationToken: cancellationToken);
        var prompts = await mcp.ListPromptsAsync(cancellationToken: cancellationToken);
        var resources = await mcp.ListResourcesAsync(cancellationToken: cancellationToken);
        var templates = await mcp.ListResourceTemplatesAsync(cancellationToken: cancellationToken);
        var transcript = new Transcript();
        tools.Select(tool => tool.ProtocolTool).ToList().ForEach(tool => transcript.Add("tool", tool));
        prompts.Select(prompt => prompt.ProtocolPrompt).ToList().ForEach(prompt => transcript.Add("prompt", prompt));
        resources.Select(resource => resource.ProtocolResource).ToList().ForEach(resource => transcript.Add("resource", resource));
        templates.Select(template => template.ProtocolResourceTemplate).ToList().ForEach(template => transcript.Add("template", template));
        return transcript.ToString();
    }

    private static async Task<string> OutcomeAsync<T>(Func<Task<T>> request)
    {
        try
        {
            var result = await request();
            return $"result {JsonSerializer.Serialize(result, McpJsonUtilities.DefaultOptions)}";
        }
        catch (McpProtocolException error)
        {
            return $"error {(int)error.ErrorCode} {error.Message}";
        }
    }

    private static string Sorted(IEnumerable<string> lines) => string.Join(" | ", lines.Order(StringComparer.Ordinal));
}
