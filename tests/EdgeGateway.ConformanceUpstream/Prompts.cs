using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace EdgeGateway.ConformanceUpstream;

/// <summary>The prompts the suite gets.</summary>
internal static class Prompts
{
    public static ListPromptsResult List() => Wire.Read<ListPromptsResult>("""
        {"prompts":[
          {"name":"test_simple_prompt","description":"No arguments"},
          {"name":"test_prompt_with_arguments","description":"Two","arguments":[{"name":"arg1","required":true},{"name":"arg2","required":true}]},
          {"name":"test_prompt_with_embedded_resource","description":"A resource","arguments":[{"name":"resourceUri","required":true}]},
          {"name":"test_prompt_with_image","description":"An image"},
          {"name":"test_input_required_result_prompt","description":"Asks first"}]}
        """);

    public static GetPromptResult Get(GetPromptRequestParams request) => request.Name switch
    {
        "test_simple_prompt" => Messages(Text("This is a simple prompt for testing.")),
        "test_prompt_with_arguments" => Messages(Text($"Prompt with arguments: arg1='{Argument(request, "arg1")}', arg2='{Argument(request, "arg2")}'")),
        "test_prompt_with_embedded_resource" => Messages(
            $$$"""{"type":"resource","resource":{"uri":"{{{Argument(request, "resourceUri")}}}","mimeType":"text/plain","text":"Embedded resource content for testing."}}""",
            Text("Please process the embedded resource above.")),
        "test_prompt_with_image" => Messages($$"""{"type":"image","data":"{{Wire.Png}}","mimeType":"image/png"}""", Text("Please analyze the image above.")),
        "test_input_required_result_prompt" => Asked(request),
        var other => throw new McpProtocolException($"Unknown prompt {other}", McpErrorCode.InvalidParams),
    };

    private static GetPromptResult Asked(GetPromptRequestParams request)
    {
        const string schema = """{"type":"object","properties":{"context":{"type":"string"}},"required":["context"]}""";
        Ask.Answers(request, null, ("user_context", Ask.Form("What context should the prompt use?", schema)));
        return Messages(Text("Use the context that was given."));
    }

    private static string Text(string text) => $$"""{"type":"text","text":"{{text}}"}""";

    private static string Argument(GetPromptRequestParams request, string name) => request.Arguments![name].GetString()!;

    private static GetPromptResult Messages(params string[] contents) => Wire.Read<GetPromptResult>(
        $$"""{"messages":[{{string.Join(',', contents.Select(content => $$"""{"role":"user","content":{{content}}}"""))}}]}""");
}
