using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace EdgeGateway.ConformanceUpstream;

/// <summary>The tools the suite calls.</summary>
internal static class Tools
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Answers that are always the same.</summary>
    private static readonly Dictionary<string, string> Plain = new()
    {
        ["test_simple_text"] = """[{"type":"text","text":"This is a simple text response for testing."}]""",
        ["test_image_content"] = $$"""[{"type":"image","data":"{{Wire.Png}}","mimeType":"image/png"}]""",
        ["test_audio_content"] = $$"""[{"type":"audio","data":"{{Wire.Wav}}","mimeType":"audio/wav"}]""",
        ["test_embedded_resource"] =
            """[{"type":"resource","resource":{"uri":"test://embedded-resource","mimeType":"text/plain","text":"This is an embedded resource content."}}]""",
        ["test_multiple_content_types"] = $$$"""
            [{"type":"text","text":"Multiple content types test:"},{"type":"image","data":"{{{Wire.Png}}}","mimeType":"image/png"},
             {"type":"resource","resource":{"uri":"test://mixed-content-resource","mimeType":"application/json","text":"{\"test\":\"data\",\"value\":123}"}}]
            """,
        ["test_streaming_elicitation"] = """[{"type":"text","text":"Nothing but this result is on the stream."}]""",
        ["test_logging_tool"] = """[{"type":"text","text":"Nothing was logged."}]""",
    };

    /// <summary>Tools that ask first: what, and the words before the answers.</summary>
    private static readonly Dictionary<string, (string Words, string? State, (string Name, InputRequest Input)[] Inputs)> Asking = new()
    {
        ["test_elicitation_sep1034_defaults"] = ("Elicitation completed: ", null, [("form", Ask.Form("Please review the form", Schemas.Defaults))]),
        ["test_elicitation_sep1330_enums"] = ("Elicitation completed: ", null, [("form", Ask.Form("Please select", Schemas.Enums))]),
        ["test_input_required_result_elicitation"] = ("Hello, ", null, [("user_name", Ask.Name)]),
        ["test_input_required_result_sampling"] = ("The model says: ", null, [("capital_question", Ask.Sample("What is the capital of France?"))]),
        ["test_input_required_result_list_roots"] = ("Roots: ", null, [("client_roots", Ask.Roots)]),
        ["test_input_required_result_request_state"] = ("state-ok ", Rounds.Sign("asked"), [("confirm", Ask.Name)]),
        ["test_input_required_result_tampered_state"] = ("integrity-ok ", Rounds.Sign("asked"), [("confirm", Ask.Name)]),
        ["test_input_required_result_multiple_inputs"] =
            ("All: ", Rounds.Sign("asked"), [("user_name", Ask.Name), ("greeting", Ask.Sample("Generate a greeting")), ("client_roots", Ask.Roots)]),
        ["test_missing_capability"] = ("The model says: ", null, [("answer", Ask.Sample("Say pong"))]),
    };

    public static ListToolsResult List()
    {
        string[] others =
        [
            "test_tool_with_logging", "test_tool_with_progress", "test_error_handling", "test_sampling", "test_elicitation",
            "test_input_required_result_multi_round", "test_input_required_result_capabilities",
        ];
        var tools = Plain.Keys.Concat(Asking.Keys).Concat(others).Select(name => new Tool
        {
            Name = name,
            Description = $"Fixture {name} of the conformance suite",
            InputSchema = Wire.Element("""{"type":"object","properties":{}}"""),
        });
        return new ListToolsResult { Tools = [.. tools] };
    }

    public static async ValueTask<CallToolResult> CallAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken)
    {
        var call = request.Params!;
        if (Plain.TryGetValue(call.Name, out var content))
        {
            return Wire.Read<CallToolResult>($$"""{"content":{{content}}}""");
        }

        if (Asking.TryGetValue(call.Name, out var ask))
        {
            Rounds.Verify(call);
            return Says(ask.Words + string.Join(' ', Ask.Answers(call, ask.State, ask.Inputs).Values));
        }

        switch (call.Name)
        {
            case "test_sampling":
                return Says($"LLM response: {Ask.Answers(call, null, ("answer", Ask.Sample(Argument(call, "prompt"))))["answer"]}");
            case "test_elicitation":
                return Says($"User response: {Ask.Answers(call, null, ("form", Ask.Form(Argument(call, "message"), Schemas.Contact)))["form"]}");
            case "test_input_required_result_multi_round":
                return Says(TwoRounds(call));
            case "test_input_required_result_capabilities":
                return Says(request.Server.ClientCapabilities?.Sampling is null ? "The client cannot sample." : Capital(call));
            case "test_error_handling":
                return Says("This tool intentionally returns an error for testing", isError: true);
            case "test_tool_with_progress":
                await ReportProgressAsync(request.Server, call.ProgressToken, cancellationToken);
                return Says("Tool with progress executed successfully");
            case "test_tool_with_logging":
                await LogAsync(request.Server, cancellationToken);
                return Says("Tool with logging executed successfully");
            default:
                throw new McpProtocolException($"Unknown tool {call.Name}", McpErrorCode.InvalidParams);
        }
    }

    private static string Capital(CallToolRequestParams call) =>
        Ask.Answers(call, null, ("capital_question", Ask.Sample("What is the capital of France?")))["capital_question"];

    private static string TwoRounds(CallToolRequestParams call)
    {
        if (Rounds.Verify(call) is null or "first")
        {
            Ask.Answers(call, Rounds.Sign("first"), ("step1", Ask.Name));
            throw new InputRequiredException(new Dictionary<string, InputRequest> { ["step2"] = Ask.Name }, Rounds.Sign("second"));
        }

        return $"second round: {Ask.Answers(call, Rounds.Sign("second"), ("step2", Ask.Name))["step2"]}";
    }

    private static async Task ReportProgressAsync(McpServer server, ProgressToken? token, CancellationToken cancellationToken)
    {
        for (var done = 0; done <= 100; done += 50)
        {
            if (token is { } asked)
            {
                await server.NotifyProgressAsync(asked, new ProgressNotificationValue { Progress = done, Total = 100 }, cancellationToken: cancellationToken);
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static async Task LogAsync(McpServer server, CancellationToken cancellationToken)
    {
        foreach (var line in (string[])["Tool execution started", "Tool processing data", "Tool execution completed"])
        {
            var message = new LoggingMessageNotificationParams { Level = LoggingLevel.Info, Data = JsonElement.Parse($"\"{line}\"") };
            await server.SendNotificationAsync(NotificationMethods.LoggingMessageNotification, message, cancellationToken: cancellationToken);
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static string Argument(CallToolRequestParams call, string name) => call.Arguments![name].GetString()!;

    private static CallToolResult Says(string text, bool isError = false) => new() { Content = [new TextContentBlock { Text = text }], IsError = isError };
}
