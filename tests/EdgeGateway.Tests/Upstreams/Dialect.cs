namespace EdgeGateway.Tests.Upstreams;

/// <summary>How a server spells what the scenarios need.</summary>
internal sealed record Dialect
{
    public required ToolUse Echo { get; init; }

    /// <summary>A call that reports progress <see cref="ProgressSteps"/> times.</summary>
    public required ToolUse Progress { get; init; }

    public required int ProgressSteps { get; init; }

    public required ToolUse Sampling { get; init; }

    public required ToolUse Elicitation { get; init; }

    public required ToolUse Roots { get; init; }

    /// <summary>The server asks for the roots on its own after initialize, on the GET stream; the tool tells what it got.</summary>
    public bool AsksForRootsUnbidden { get; init; }

    public required string ResourceUri { get; init; }

    /// <summary>Makes the server send an update of <see cref="ResourceUri"/>.</summary>
    public required ToolUse Touch { get; init; }

    /// <summary>Makes the server log something at level info when the client's level lets it.</summary>
    public required ToolUse? Log { get; init; }

    public required string PromptName { get; init; }

    public required IReadOnlyDictionary<string, object?> PromptArguments { get; init; }

    public required (string Prompt, string Argument, string Typed) Completion { get; init; }

    public static Dialect TestUpstream { get; } = new()
    {
        Echo = new("echo", new() { ["text"] = "grüß dich, \"Welt\" \u2028 </script> 𝄞" }),
        Progress = new("sse_progress", new() { ["steps"] = 4 }),
        ProgressSteps = 4,
        Sampling = new("ask_sampling", new() { ["text"] = "a poem" }),
        Elicitation = new("ask_elicitation", new() { ["text"] = "Who are you?" }),
        Roots = new("ask_roots", []),
        ResourceUri = "test://counter",
        Touch = new("touch", new() { ["uri"] = "test://counter" }),
        Log = new("log", new() { ["text"] = "logged text" }),
        PromptName = "greet",
        PromptArguments = new Dictionary<string, object?> { ["name"] = "Ada" },
        Completion = ("greet", "name", "A"),
    };

    /// <summary>npm's @modelcontextprotocol/server-everything.</summary>
    public static Dialect ServerEverything { get; } = new()
    {
        Echo = new("echo", new() { ["message"] = "grüß dich, \"Welt\" </script> 𝄞" }),
        Progress = new("trigger-long-running-operation", new() { ["duration"] = 0.2, ["steps"] = 4 }),
        ProgressSteps = 4,
        Sampling = new("trigger-sampling-request", new() { ["prompt"] = "a poem", ["maxTokens"] = 64 }),
        Elicitation = new("trigger-elicitation-request", []),
        Roots = new("get-roots-list", []),
        AsksForRootsUnbidden = true,
        ResourceUri = "demo://resource/dynamic/text/1",
        Touch = new("toggle-subscriber-updates", []),
        Log = null, // it logs each subscription; its own logging tool is random
        PromptName = "args-prompt",
        PromptArguments = new Dictionary<string, object?> { ["city"] = "Bern", ["state"] = "BE" },
        Completion = ("completable-prompt", "department", "S"),
    };

    /// <summary>The servers of tests/conformance/upstreams, of either era.</summary>
    public static Dialect Fixtures { get; } = new()
    {
        Echo = new("test_simple_text", []),
        Progress = new("test_tool_with_progress", []),
        ProgressSteps = 3,
        Sampling = new("test_sampling", new() { ["prompt"] = "a poem" }),
        Elicitation = new("test_elicitation", new() { ["message"] = "Who are you?" }),
        Roots = new("test_input_required_result_list_roots", []),
        ResourceUri = "test://static-text",
        Touch = new("test_trigger_tool_change", []),
        Log = new("test_logging_tool", []),
        PromptName = "test_prompt_with_arguments",
        PromptArguments = new Dictionary<string, object?> { ["arg1"] = "Ada", ["arg2"] = "Bob" },
        Completion = ("test_prompt_with_arguments", "arg1", "par"),
    };
}

/// <summary>A tool and the arguments to call it with.</summary>
internal sealed record ToolUse(string Name, Dictionary<string, object?> Arguments);
