namespace EdgeGateway.Mcp.JsonRpc;

/// <summary>The methods a gateway treats in a way of their own; everything else is <see cref="Other"/> and passes.</summary>
public enum McpMethod : byte
{
    /// <summary>A response, or a method without special treatment.</summary>
    Other,

    /// <summary><c>initialize</c></summary>
    Initialize,

    /// <summary><c>notifications/initialized</c></summary>
    Initialized,

    /// <summary><c>ping</c></summary>
    Ping,

    /// <summary><c>tools/list</c></summary>
    ToolsList,

    /// <summary><c>tools/call</c></summary>
    ToolsCall,

    /// <summary><c>prompts/list</c></summary>
    PromptsList,

    /// <summary><c>prompts/get</c></summary>
    PromptsGet,

    /// <summary><c>resources/list</c></summary>
    ResourcesList,

    /// <summary><c>resources/templates/list</c></summary>
    ResourceTemplatesList,

    /// <summary><c>resources/read</c></summary>
    ResourcesRead,

    /// <summary><c>resources/subscribe</c></summary>
    ResourcesSubscribe,

    /// <summary><c>resources/unsubscribe</c></summary>
    ResourcesUnsubscribe,

    /// <summary><c>completion/complete</c></summary>
    CompletionComplete,

    /// <summary><c>logging/setLevel</c></summary>
    LoggingSetLevel,

    /// <summary><c>notifications/cancelled</c></summary>
    Cancelled,

    /// <summary><c>notifications/progress</c></summary>
    Progress,

    /// <summary><c>notifications/roots/list_changed</c></summary>
    RootsListChanged,

    /// <summary><c>notifications/message</c>: a log message.</summary>
    LogMessage,

    /// <summary><c>elicitation/create</c>, asked by a server.</summary>
    ElicitationCreate,

    /// <summary><c>sampling/createMessage</c>, asked by a server.</summary>
    SamplingCreateMessage,

    /// <summary><c>roots/list</c>, asked by a server.</summary>
    RootsList,

    /// <summary><c>notifications/tools/list_changed</c></summary>
    ToolsListChanged,

    /// <summary><c>notifications/prompts/list_changed</c></summary>
    PromptsListChanged,

    /// <summary><c>notifications/resources/list_changed</c></summary>
    ResourcesListChanged,

    /// <summary><c>notifications/resources/updated</c></summary>
    ResourcesUpdated,

    /// <summary><c>server/discover</c> (2026-07-28)</summary>
    ServerDiscover,

    /// <summary><c>subscriptions/listen</c> (2026-07-28)</summary>
    SubscriptionsListen,
}
