namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>The methods the gateway knows, and their names.</summary>
public static class McpMethods
{
    /// <summary>No known name is longer, so a longer one is Other without a look at it.</summary>
    private const int LongestName = 36;

    /// <summary>What this name stands for. 0 bytes allocated.</summary>
    /// <param name="name">The inside of a JSON string.</param>
    /// <param name="escaped">Whether it contains escapes: some serializers write <c>tools\/call</c>.</param>
    public static McpMethod Find(ReadOnlySpan<byte> name, bool escaped)
    {
        if (!escaped)
            return Find(name);
        Span<byte> plain = stackalloc byte[LongestName];
        var length = JsonText.DecodeAscii(name, plain);
        return length < 0 ? McpMethod.Other : Find(plain[..length]);
    }

    /// <summary>Its name; null for <see cref="McpMethod.Other"/>.</summary>
    public static string? NameOf(McpMethod method) => method switch
    {
        McpMethod.Ping => "ping",
        McpMethod.ToolsCall => "tools/call",
        McpMethod.ToolsList => "tools/list",
        McpMethod.Initialize => "initialize",
        McpMethod.RootsList => "roots/list",
        McpMethod.PromptsGet => "prompts/get",
        McpMethod.PromptsList => "prompts/list",
        McpMethod.ResourcesList => "resources/list",
        McpMethod.ResourcesRead => "resources/read",
        McpMethod.ServerDiscover => "server/discover",
        McpMethod.LoggingSetLevel => "logging/setLevel",
        McpMethod.ElicitationCreate => "elicitation/create",
        McpMethod.ResourcesSubscribe => "resources/subscribe",
        McpMethod.CompletionComplete => "completion/complete",
        McpMethod.SubscriptionsListen => "subscriptions/listen",
        McpMethod.LogMessage => "notifications/message",
        McpMethod.SamplingCreateMessage => "sampling/createMessage",
        McpMethod.ResourcesUnsubscribe => "resources/unsubscribe",
        McpMethod.Progress => "notifications/progress",
        McpMethod.Cancelled => "notifications/cancelled",
        McpMethod.ResourceTemplatesList => "resources/templates/list",
        McpMethod.Initialized => "notifications/initialized",
        McpMethod.ResourcesUpdated => "notifications/resources/updated",
        McpMethod.ToolsListChanged => "notifications/tools/list_changed",
        McpMethod.PromptsListChanged => "notifications/prompts/list_changed",
        McpMethod.ResourcesListChanged => "notifications/resources/list_changed",
        McpMethod.RootsListChanged => "notifications/roots/list_changed",
        _ => null,
    };

    private static McpMethod Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when name.SequenceEqual("ping"u8) => McpMethod.Ping,
        10 when name.SequenceEqual("tools/call"u8) => McpMethod.ToolsCall,
        10 when name.SequenceEqual("tools/list"u8) => McpMethod.ToolsList,
        10 when name.SequenceEqual("initialize"u8) => McpMethod.Initialize,
        10 when name.SequenceEqual("roots/list"u8) => McpMethod.RootsList,
        11 when name.SequenceEqual("prompts/get"u8) => McpMethod.PromptsGet,
        12 when name.SequenceEqual("prompts/list"u8) => McpMethod.PromptsList,
        14 when name.SequenceEqual("resources/list"u8) => McpMethod.ResourcesList,
        14 when name.SequenceEqual("resources/read"u8) => McpMethod.ResourcesRead,
        15 when name.SequenceEqual("server/discover"u8) => McpMethod.ServerDiscover,
        16 when name.SequenceEqual("logging/setLevel"u8) => McpMethod.LoggingSetLevel,
        18 when name.SequenceEqual("elicitation/create"u8) => McpMethod.ElicitationCreate,
        19 when name.SequenceEqual("resources/subscribe"u8) => McpMethod.ResourcesSubscribe,
        19 when name.SequenceEqual("completion/complete"u8) => McpMethod.CompletionComplete,
        20 when name.SequenceEqual("subscriptions/listen"u8) => McpMethod.SubscriptionsListen,
        21 when name.SequenceEqual("notifications/message"u8) => McpMethod.LogMessage,
        22 when name.SequenceEqual("sampling/createMessage"u8) => McpMethod.SamplingCreateMessage,
        21 when name.SequenceEqual("resources/unsubscribe"u8) => McpMethod.ResourcesUnsubscribe,
        22 when name.SequenceEqual("notifications/progress"u8) => McpMethod.Progress,
        23 when name.SequenceEqual("notifications/cancelled"u8) => McpMethod.Cancelled,
        24 when name.SequenceEqual("resources/templates/list"u8) => McpMethod.ResourceTemplatesList,
        25 when name.SequenceEqual("notifications/initialized"u8) => McpMethod.Initialized,
        31 when name.SequenceEqual("notifications/resources/updated"u8) => McpMethod.ResourcesUpdated,
        32 when name.SequenceEqual("notifications/tools/list_changed"u8) => McpMethod.ToolsListChanged,
        34 when name.SequenceEqual("notifications/prompts/list_changed"u8) => McpMethod.PromptsListChanged,
        36 when name.SequenceEqual("notifications/resources/list_changed"u8) => McpMethod.ResourcesListChanged,
        32 when name.SequenceEqual("notifications/roots/list_changed"u8) => McpMethod.RootsListChanged,
        _ => McpMethod.Other,
    };
}
