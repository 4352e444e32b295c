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
}
