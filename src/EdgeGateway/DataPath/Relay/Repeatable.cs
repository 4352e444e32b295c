using EdgeGateway.Mcp.JsonRpc;

namespace EdgeGateway.DataPath.Relay;

/// <summary>Which requests may be sent again although the first may have run: lists and reads, never a tool call (protocol.md section 5).</summary>
internal static class Repeatable
{
    public static bool IsSafe(in Envelope envelope) =>
        envelope.Method is McpMethod.ToolsList or McpMethod.PromptsList or McpMethod.ResourcesList or McpMethod.ResourceTemplatesList
            or McpMethod.ResourcesRead or McpMethod.PromptsGet or McpMethod.CompletionComplete;
}
