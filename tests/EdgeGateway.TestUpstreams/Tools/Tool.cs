using System.Text.Json.Nodes;

namespace EdgeGateway.TestUpstreams.Tools;

/// <summary>A tool and how it answers. <paramref name="RunAsync"/> returns the raw JSON of the result.</summary>
internal sealed record Tool(string Name, string Description, Func<ToolCall, Task<string>> RunAsync)
{
    /// <summary>Answers by SSE, so that it can send notifications and requests before its result.</summary>
    public bool Streams { get; init; }

    /// <summary>Not offered by a stateless upstream.</summary>
    public bool NeedsSession { get; init; }

    /// <summary>Argument names with their JSON type; none is required.</summary>
    public IReadOnlyList<(string Name, string Type)> Arguments { get; init; } = [];

    public JsonObject Describe()
    {
        var properties = new JsonObject();
        foreach (var (name, type) in Arguments)
        {
            properties[name] = new JsonObject { ["type"] = type };
        }

        return new JsonObject
        {
            ["name"] = Name,
            ["description"] = Description,
            ["inputSchema"] = new JsonObject { ["type"] = "object", ["properties"] = properties },
        };
    }
}
