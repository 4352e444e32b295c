using ModelContextProtocol.Protocol;

namespace EdgeGateway.ConformanceUpstream;

/// <summary>
/// What a tool or prompt needs from its caller. Thrown when it is not there yet: a modern caller gets it as a result and calls again;
/// for a legacy one the SDK sends requests of its own and calls the handler again.
/// </summary>
internal static class Ask
{
    public static InputRequest Form(string message, string schema) => Of(
        RequestMethods.ElicitationCreate, $$"""{"mode":"form","message":"{{message}}","requestedSchema":{{schema}}}""");

    public static InputRequest Name => Form("What is your name?", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""");

    public static InputRequest Sample(string prompt) => Of(
        RequestMethods.SamplingCreateMessage,
        $$$"""{"messages":[{"role":"user","content":{"type":"text","text":"{{{prompt}}}"}}],"maxTokens":100}""");

    public static InputRequest Roots => Of(RequestMethods.RootsList, "{}");

    /// <summary>The answers, raw, or else the question.</summary>
    public static IReadOnlyDictionary<string, string> Answers(RequestParams request, string? state, params (string Name, InputRequest Input)[] inputs)
    {
        var given = request.InputResponses;
        var answered = given is not null && Array.TrueForAll(inputs, input => given.TryGetValue(input.Name, out var answer) && IsObject(answer));
        if (answered && request.RequestState == state)
        {
            return given!.ToDictionary(answer => answer.Key, answer => answer.Value.RawValue.GetRawText());
        }

        throw new InputRequiredException(inputs.ToDictionary(input => input.Name, input => input.Input), state);
    }

    private static bool IsObject(InputResponse? answer) => answer?.RawValue.ValueKind == System.Text.Json.JsonValueKind.Object;

    private static InputRequest Of(string method, string parameters) => new() { Method = method, Params = Wire.Element(parameters) };
}
